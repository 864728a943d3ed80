/// Decides what passes through a pipeline next: which sequences are admitted, which rows share a microbatch, how many
/// microbatches are on their way, which pages of KV they get, whose prefixes are shared, who gives way when pages run
/// out, and what happens to all of it when a pipeline is lost.
///
/// Invariants: pure, without clock, thread, socket or randomness; the same calls in the same order give the same
/// microbatches. A page is free, kept for its content, or held; rows are written only to pages that one sequence holds
/// alone. A sequence's rows leave in order of position, each exactly once an opening. Nothing is lost with a pipeline
/// or a page: all tokens are here, and an opening replays them. The first by rank among the running sequences always
/// gets the pages it needs, so something always ends. The cost of a step grows with the rows it sends, not with the
/// sequences there are.
enum Scheduling {}
