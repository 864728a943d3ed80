/// Decides what passes through a pipeline next: which sequences are admitted, which rows share a microbatch,
/// which pages of KV they get, and what happens to all of it when a pipeline is lost.
///
/// Invariants: pure, without clock, thread, socket or randomness; the same calls in the same order give the same
/// microbatches. A page belongs to at most one sequence of its stage. A sequence's rows leave in order of position,
/// each exactly once an epoch. Nothing is lost with a pipeline: all tokens are here, and a new epoch replays them.
enum Scheduling {}
