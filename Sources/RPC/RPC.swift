/// gRPC C-core in Swift: event loops, channels, servers, calls, and the values that pass through them.
/// Knows nothing of models; the only importer of `CGRPC`.
///
/// Invariants:
/// - An `EventLoop` is one completion queue and one thread that waits on it without a timeout. Nothing
///   here polls.
/// - A tag is a retained object that owns what its batch writes. It is given to gRPC once and taken back
///   once; a batch that gRPC refuses gives it back at once.
/// - Every use of a queue is inside a counted gate; the last to leave shuts the queue down.
/// - Batches of a call are started under that call's lock; no continuation is resumed under a lock.
/// - A native call is released when its final status is known and its last tag is back, whoever still
///   holds the Swift object: a dropped call cancels itself, a held one cannot delay a shutdown.
///
/// gRPC 1.51 predates fixes for HTTP/2 rapid reset and HPACK floods and cannot limit connections. The
/// defaults here bound streams, idle time, handshake time, message and metadata sizes and memory; a
/// network that is not trusted still needs mutual TLS or a hardened proxy in front.
enum RPC {}
