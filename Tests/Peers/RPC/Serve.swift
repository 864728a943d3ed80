import Core
import Foundation
import RPC

/// A server with one method for each thing the tests ask of it, all on raw bytes.
struct Serve {
  let options: Options

  func run() async throws {
    let loop = EventLoop(name: "serve")
    var limits = ServerOptions()
    if let bytes = options.number("received-max") { limits.receivedMessageBytesMax = bytes }
    if let count = options.number("calls-max") { limits.callsInFlightMax = count }
    let server = try Server(credentials: try credentials(), options: limits, on: loop)
    addMethods(to: server)
    let port = try server.listen(host: "127.0.0.1", port: options.number("port") ?? 0)
    try server.start()
    server.health.set("test.Peer", .serving)
    report(["event": "listening", "port": port])
    var grace = Duration.zero
    for await line in inputLines() {
      let words = line.split(separator: " ").map(String.init)
      switch words.first {
      case "health": server.health.set(words[1], words[2] == "serving" ? .serving : .notServing)
      case "stop":
        grace = .milliseconds(Int(words[1]) ?? 0)
        report(["event": "stopping"])
        await server.shutdown(grace: grace)
      default: break
      }
      report(["event": "done", "command": line])
    }
    await server.shutdown(grace: grace)
    await loop.shutdown()
    report(["event": "stopped"])
  }

  private func credentials() throws -> ServerCredentials {
    guard let identity = try options.identity() else { return .insecure }
    return .tls(
      identity: identity, clientRoots: try options.file("client-ca") ?? [],
      requiresClientCertificate: options["client-cert"] != "optional")
  }

  private func addMethods(to server: Server) {
    func method(_ name: String) -> Method { Method(service: "test.Peer", name: name) }
    server.handleUnary(method("Echo"), on: .loop) { request, _ in request }
    server.handle(method("Collect"), collect)
    server.handle(method("Repeat"), `repeat`)
    server.handle(method("Chat"), on: .loop, chat)
    server.handle(method("Metadata"), echoMetadata)
    server.handle(method("Fail"), fail)
    server.handle(method("Hold"), hold)
    server.handle(method("Source"), source)
    server.handle(method("Ignore"), ignore)
    server.handle(method("Who"), who)
    server.handleUnary(method("Broken")) { _, _ in throw CocoaError(.fileNoSuchFile) }
  }
}

/// Standard input, read by a thread of its own because reading blocks.
private func inputLines() -> AsyncStream<String> {
  let (lines, input) = AsyncStream.makeStream(of: String.self)
  Thread.detachNewThread {
    while let line = readLine() { input.yield(line) }
    input.finish()
  }
  return lines
}

// Each kind of call.
private func collect(_ call: ServerCall) async throws {
  var all: [UInt8] = []
  while let message = try await call.receive() { all += message.bytes() }
  try await call.send(Payload(all))
}

/// The request's first byte is how often the request comes back.
private func `repeat`(_ call: ServerCall) async throws {
  guard let request = try await call.receive() else { return }
  for _ in 0..<Int(request.bytes().first ?? 0) { try await call.send(request) }
}

private func chat(_ call: ServerCall) async throws {
  while let message = try await call.receive() { try await call.send(message) }
}

// Metadata, status, cancellation.
private func echoMetadata(_ call: ServerCall) async throws {
  var echoed = Metadata()
  for entry in call.metadata.entries where entry.key.hasPrefix("x-") {
    switch entry.value {
    case .text(let value): echoed.append(entry.key, value)
    case .binary(let value): echoed.append(entry.key, value)
    }
  }
  try await call.sendInitialMetadata(echoed)
  try call.setTrailers(echoed)
  try await call.send(.empty)
}

/// The request is `CODE MESSAGE`.
private func fail(_ call: ServerCall) async throws {
  let text = String(decoding: try await call.receive()?.bytes() ?? [], as: UTF8.self)
  let words = text.split(separator: " ", maxSplits: 1)
  try call.setStatusDetails([0, 1, 2, 255])
  try call.setTrailers(["x-reason": "asked"])
  throw OctavoError(StatusCode(rawValue: Int(words[0]) ?? 2) ?? .unknown, String(words[1]))
}

/// Waits for a message that never comes.
private func hold(_ call: ServerCall) async throws {
  report(["event": "holding"])
  do {
    while try await call.receive() != nil {}
    try await Task.sleep(for: .seconds(60))
  } catch {
    report(["event": "released", "error": "\(error)", "isTaskCancelled": Task.isCancelled])
    throw error
  }
}

/// Messages of 1 MiB for as long as they are taken.
private func source(_ call: ServerCall) async throws {
  let message = Payload([UInt8](repeating: 1, count: 1 << 20))
  var count = 0
  defer { report(["event": "source", "sent": count]) }
  while true {
    try await call.send(message)
    count += 1
  }
}

/// Reads nothing.
private func ignore(_ call: ServerCall) async throws { try await Task.sleep(for: .seconds(60)) }

private func who(_ call: ServerCall) async throws {
  let remaining = call.remaining.map { Int($0.components.seconds * 1_000) }
  let fields: [String: Any] = [
    "peer": call.peer, "identity": call.peerIdentity ?? NSNull(), "remaining": remaining ?? NSNull(),
  ]
  let data = try JSONSerialization.data(withJSONObject: fields)
  try await call.send(Payload([UInt8](data)))
}
