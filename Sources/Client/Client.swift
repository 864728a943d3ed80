/// A client of a router: what `octavo generate` and `octavo status` talk through.
///
/// Invariants: it speaks only the public services; a stream that is dropped is cancelled.
enum Client {}
