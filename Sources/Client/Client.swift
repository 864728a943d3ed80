/// A client of a router: what `octavo generate` and `octavo status` talk through, and what `octavo bench load` loads a
/// cluster with.
///
/// Invariants: it speaks only the public services; a stream that is dropped is cancelled. The load generator runs all
/// its streams on the thread of one event loop, and what it measures lives in `LoadTesting`.
enum Client {}
