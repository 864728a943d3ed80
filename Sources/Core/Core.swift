/// The ground every room stands on: identifiers, units, limits, errors, the clock, and the values that
/// several rooms pass on (a microbatch, a stage, a route).
///
/// Invariants: values only. Nothing here opens a file, starts a thread, reads a clock or draws a random
/// number, and nothing here knows the wire.
enum Core {}
