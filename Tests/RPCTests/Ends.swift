import Core
import RPC
import Testing

/// A server and a channel to it, each on a loop of its own, ended when `body` returns or throws.
func withEnds(
  serverCredentials: ServerCredentials = .insecure, channelCredentials: ChannelCredentials = .insecure,
  serverOptions: ServerOptions = .init(), channelOptions: ChannelOptions = .init(),
  configure: (Server) -> Void, body: (Channel) async throws -> Void
) async throws {
  let serverLoop = EventLoop(name: "server")
  let clientLoop = EventLoop(name: "client")
  let server = try Server(credentials: serverCredentials, options: serverOptions, on: serverLoop)
  configure(server)
  let port = try server.listen(host: "127.0.0.1", port: 0)
  try server.start()
  let channel = try Channel(
    target: "127.0.0.1:\(port)", credentials: channelCredentials, options: channelOptions, on: clientLoop)
  let outcome: Result<Void, any Error>
  do { outcome = .success(try await body(channel)) } catch { outcome = .failure(error) }
  await channel.close()
  await server.shutdown(grace: .zero)
  await clientLoop.shutdown()
  await serverLoop.shutdown()
  try outcome.get()
}
