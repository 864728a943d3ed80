internal import Core

/// The limits of a server. C-core has none on the number of connections: a network that is not trusted
/// needs mutual TLS or a hardened proxy in front, and the process's limit on descriptors is the last resort.
package struct ServerOptions: Sendable {
  /// Bytes of one received message; past it the call ends with RESOURCE_EXHAUSTED.
  package var receivedMessageBytesMax = Limits.clientMessageBytesMax
  /// Bytes of one sent message; past it the call ends with RESOURCE_EXHAUSTED.
  package var sentMessageBytesMax = Limits.clientMessageBytesMax
  /// Bytes of received headers, as HPACK counts them.
  package var metadataBytesMax = Metadata.bytesMax
  /// Calls in flight on the whole server; past it a new one ends with RESOURCE_EXHAUSTED.
  package var callsInFlightMax = 1_024
  /// Streams of one connection at once; a client queues what is past it.
  package var streamsPerConnectionMax = 256
  package var keepalive = Keepalive()
  /// A connection without a call for so long is closed.
  package var connectionIdleMax: Duration = .seconds(300)
  /// A connection that has not finished its handshake, TLS and HTTP/2, by then is closed.
  package var handshakeMax: Duration = .seconds(10)
  /// Memory that gRPC may use for this server's buffers, in bytes. Past it gRPC stops reading and refuses
  /// connections until some is free.
  package var memoryBytesMax = 1 << 30

  package init() {}

  var arguments: ChannelArguments {
    var arguments = ChannelArguments()
    arguments.set("grpc.max_receive_message_length", receivedMessageBytesMax)
    arguments.set("grpc.max_send_message_length", sentMessageBytesMax)
    arguments.set("grpc.max_metadata_size", metadataBytesMax)
    arguments.set("grpc.max_concurrent_streams", streamsPerConnectionMax)
    keepalive.apply(to: &arguments)
    arguments.set("grpc.max_connection_idle_ms", connectionIdleMax)
    arguments.set("grpc.server_handshake_timeout_ms", handshakeMax)
    arguments.leaveOutWhatNobodyUses()
    // Without this two servers share a port in silence.
    arguments.set("grpc.so_reuseport", false)
    return arguments
  }
}
