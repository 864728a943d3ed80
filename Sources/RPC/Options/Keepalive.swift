/// How the two ends of a connection notice that the other has gone without a word.
///
/// Both ends must agree, or the server answers a client's pings with GOAWAY: the client pings no more
/// often than `interval`, the server bears pings at half of it.
package struct Keepalive: Sendable {
  /// From the last byte seen to a ping; at least 1 s.
  package var interval: Duration
  /// From a ping to giving the connection up.
  package var timeout: Duration

  package init(interval: Duration = .seconds(10), timeout: Duration = .seconds(5)) {
    self.interval = interval
    self.timeout = timeout
  }

  func apply(to arguments: inout ChannelArguments) {
    arguments.set("grpc.keepalive_time_ms", max(interval, .seconds(1)))
    arguments.set("grpc.keepalive_timeout_ms", timeout)
    arguments.set("grpc.keepalive_permit_without_calls", true)
    arguments.set("grpc.http2.max_pings_without_data", 0)
    arguments.set("grpc.http2.min_ping_interval_without_data_ms", max(interval, .seconds(1)) / 2)
  }
}
