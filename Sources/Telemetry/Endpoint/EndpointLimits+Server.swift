internal import HummingbirdCore
internal import Logging
internal import NIOCore

extension EndpointLimits {
  func server(host: String, port: Int, log: Logger) -> ServerConfiguration {
    ServerConfiguration(
      address: .hostname(host, port: port), backlog: connectionsWaitingMax,
      availableConnectionsDelegate: MaximumAvailableConnections(connectionsMax, logger: log))
  }

  var channel: HTTP1Channel.Configuration {
    HTTP1Channel.Configuration(
      idleTimeout: .seconds(idleSecondsMax),
      httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
        maxHeaderFieldSize: headerBytesMax, maxHeaderListSize: headerBytesMax, maxHeaderFieldCount: headersMax))
  }
}
