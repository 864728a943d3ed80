/// The router process: clients in front, workers behind. It tokenizes, schedules, sends frames to first stages,
/// takes samples from last stages, and writes text.
///
/// Invariants: every decision about a microbatch is `Scheduling`'s and every decision about the cluster is
/// `ControlPlane`'s; this room only carries events and commands between them and the outside. A request that was
/// admitted keeps its tokens here until it ends, so the loss of a pipeline costs it time and no token. A client
/// that leaves frees all it held.
enum Router {}
