package import Core
package import Engine
package import RPC

/// How a worker process runs.
package struct WorkerSettings: Sendable {
  package var host: String
  /// 0 picks a free port.
  package var port: Int
  /// HOST:PORT of the router.
  package var router: String
  package var models: ModelFolder
  /// What the worker's stages may take together.
  package var memory: ByteCount
  package var engine: EngineOptions
  package var serverCredentials: ServerCredentials
  package var channelCredentials: ChannelCredentials
  /// How long running calls may take to end on shutdown.
  package var grace: Duration = .seconds(10)

  package init(
    host: String, port: Int, router: String, models: ModelFolder, memory: ByteCount, engine: EngineOptions,
    serverCredentials: ServerCredentials, channelCredentials: ChannelCredentials
  ) {
    self.host = host
    self.port = port
    self.router = router
    self.models = models
    self.memory = memory
    self.engine = engine
    self.serverCredentials = serverCredentials
    self.channelCredentials = channelCredentials
  }
}
