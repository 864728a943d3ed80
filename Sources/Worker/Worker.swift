/// A worker process: joins a router, loads stages from its own models folder, and runs the frames that flow
/// through them. It decides nothing about a microbatch.
///
/// Invariants: a stage is loaded only by name and digest, and only if its bytes fit what the worker offers. A
/// frame runs only in its stage's current epoch. A stage that refuses a frame ends that epoch's calls with the
/// reason, so its neighbours learn of it at once, and is itself ready for the next epoch. Frames come and go while
/// others are computed, in their order, and never more than a fixed number of them: what a stage has no room for
/// stays with its sender.
enum Worker {}
