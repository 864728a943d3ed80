import Core
package import RPC

/// How a router process runs.
package struct RouterSettings: Sendable {
  package var host: String
  /// 0 picks a free port.
  package var port: Int
  package var models: [ModelSource]
  /// Workers to wait for before instances are placed.
  package var workersExpected: Int
  package var serverCredentials: ServerCredentials
  package var channelCredentials: ChannelCredentials
  /// How long running requests may take to end on shutdown.
  package var grace: Duration = .seconds(10)

  package init(
    host: String, port: Int, models: [ModelSource], workersExpected: Int, serverCredentials: ServerCredentials,
    channelCredentials: ChannelCredentials
  ) {
    self.host = host
    self.port = port
    self.models = models
    self.workersExpected = workersExpected
    self.serverCredentials = serverCredentials
    self.channelCredentials = channelCredentials
  }
}
