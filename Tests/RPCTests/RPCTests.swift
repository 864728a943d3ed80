import Testing

/// All suites of this room run one after another: one of them counts descriptors, threads and memory.
@Suite(.serialized) enum RPCTests {}
