internal import Core

/// The limits of a channel.
package struct ChannelOptions: Sendable {
  /// Bytes of one received message; past it the call ends with RESOURCE_EXHAUSTED.
  package var receivedMessageBytesMax = Limits.clientMessageBytesMax
  /// Bytes of one sent message; past it the call ends with RESOURCE_EXHAUSTED.
  package var sentMessageBytesMax = Limits.clientMessageBytesMax
  /// Bytes of received headers or trailers, as HPACK counts them.
  package var metadataBytesMax = Metadata.bytesMax
  /// Calls of this channel in flight at once; past it a new one fails with RESOURCE_EXHAUSTED.
  package var callsInFlightMax = 4_096
  package var keepalive = Keepalive()
  /// Wait before the second attempt to connect; doubles, with jitter, up to `reconnectBackoffMax`.
  package var reconnectBackoffInitial: Duration = .milliseconds(100)
  package var reconnectBackoffMax: Duration = .seconds(5)
  /// How long an attempt to connect may take.
  package var connectTimeoutMin: Duration = .seconds(5)
  /// Whether channels to the same target share a connection. Off, so that one channel's flow control
  /// and failures are not another's.
  package var sharesConnections = false
  /// Memory that gRPC may use for this channel's buffers, in bytes; `nil` leaves it to gRPC.
  package var memoryBytesMax: Int?

  package init() {}

  func arguments(serverName: String?) -> ChannelArguments {
    var arguments = ChannelArguments()
    arguments.set("grpc.max_receive_message_length", receivedMessageBytesMax)
    arguments.set("grpc.max_send_message_length", sentMessageBytesMax)
    arguments.set("grpc.max_metadata_size", metadataBytesMax)
    keepalive.apply(to: &arguments)
    arguments.set("grpc.initial_reconnect_backoff_ms", reconnectBackoffInitial)
    arguments.set("grpc.max_reconnect_backoff_ms", reconnectBackoffMax)
    arguments.set("grpc.min_reconnect_backoff_ms", connectTimeoutMin)
    arguments.set("grpc.use_local_subchannel_pool", !sharesConnections)
    // A retried call would hold a copy of its messages; who retries is decided above.
    arguments.set("grpc.enable_retries", false)
    arguments.set("grpc.enable_http_proxy", false)
    arguments.set("grpc.service_config_disable_resolution", true)
    arguments.set("grpc.client_idle_timeout_ms", Int.max)
    arguments.leaveOutWhatNobodyUses()
    if let serverName { arguments.set("grpc.ssl_target_name_override", serverName) }
    return arguments
  }
}
