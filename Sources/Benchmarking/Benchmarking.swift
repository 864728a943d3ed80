/// How fast one engine in this process is, and how near to what the machine allows.
///
/// ``EngineBenchmark`` loads a checkpoint, runs ``BenchmarkRow`` after row on it and answers with a
/// ``BenchmarkReport``. It drives a stage as a worker would, by microbatches, with prompts made up from a fixed
/// rule.
///
/// Invariants: one engine is loaded at a time, so that memory is that of one; what is timed is the engine alone,
/// never the making of prompts; a figure is a median of rounds, and stands beside its minimum and maximum.
enum Benchmarking {}
