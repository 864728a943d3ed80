import Core
import Foundation
import RPC

/// `call TARGET SERVICE/METHOD [--message HEX]... [--flood COUNT] [--unary yes] [--hold yes] [--metadata K=V]...
/// [--timeout-ms N] [--cancel-after COUNT] [--ca FILE --cert FILE --key FILE --name HOST]`: one call, reported in one
/// line. `--flood` sends so many messages of 1 MiB; `--cancel-after` cancels after so many received messages.
struct CallCommand {
  let options: Options

  func run() async throws {
    let loop = EventLoop(name: "call")
    var limits = ChannelOptions()
    if let bytes = options.number("received-max") { limits.receivedMessageBytesMax = bytes }
    do {
      let channel = try Channel(
        target: options.words[0], credentials: try credentials(), options: limits, on: loop)
      report(options["unary"] == nil ? try await stream(channel) : try await unary(channel))
      await channel.close()
    } catch let error as OctavoError {
      report(["code": error.code.rawValue, "message": error.message])
    }
    await loop.shutdown()
  }

  private var method: Method {
    let parts = options.words[1].split(separator: "/").map(String.init)
    return Method(service: parts[0], name: parts[1])
  }

  private var timeout: Duration? { options.number("timeout-ms").map { .milliseconds($0) } }

  private var messages: [Payload] { options.all("message").map { Payload(bytes(hexadecimal: $0)) } }

  private func credentials() throws -> ChannelCredentials {
    guard let roots = try options.file("ca") else { return .insecure }
    return .tls(roots: roots, identity: try options.identity(), serverName: options["name"])
  }

  private func unary(_ channel: Channel) async throws -> [String: Any] {
    let answer = try await channel.unary(
      method, messages.first ?? .empty, metadata: metadata(from: options.all("metadata")), timeout: timeout)
    return ["code": 0, "messages": [hexadecimal(answer.bytes())]]
  }

  private func stream(_ channel: Channel) async throws -> [String: Any] {
    let call = try await channel.startCall(
      method, metadata: metadata(from: options.all("metadata")), timeout: timeout)
    async let sent = send(on: call)
    var received: [String] = []
    var headers: [[String]] = []
    do {
      headers = pairs(try await call.initialMetadata())
      while let message = try await call.receive() {
        received.append(message.count > 1_024 ? "\(message.count) bytes" : hexadecimal(message.bytes()))
        if received.count == options.number("cancel-after") { call.cancel() }
      }
    } catch {}
    let status = await call.status()
    return [
      "code": status.code.rawValue, "message": status.message, "details": hexadecimal(status.details),
      "trailers": pairs(status.trailers), "headers": headers, "messages": received, "sent": await sent,
    ]
  }

  /// How many messages were taken.
  private func send(on call: ClientCall) async -> Int {
    var count = 0
    do {
      for message in messages {
        try await call.send(message)
        count += 1
      }
      let flood = Payload([UInt8](repeating: 1, count: 1 << 20))
      for _ in 0..<(options.number("flood") ?? 0) {
        try await call.send(flood)
        count += 1
      }
      if options["hold"] == nil { try await call.finishSending() }
    } catch {}
    return count
  }
}
