import Core
import Glibc
import RPC
import Testing

extension RPCTests {
  /// What calls leave behind: nothing. What large messages cost: their size.
  @Suite(.serialized) struct ResourceTests {
    static let echo = Method(service: "test.Resources", name: "Echo")
    static let chat = Method(service: "test.Resources", name: "Chat")
    static let pass = Method(service: "test.Resources", name: "Pass")

    /// In a process of its own: the threads of other tests come and go. Not under the thread sanitizer, which
    /// keeps memory for itself.
    @Test(.enabled(if: getenv("TSAN_OPTIONS") == nil, "the thread sanitizer keeps memory for itself"))
    func tenThousandCallsLeaveNothing() async throws {
      await #expect(processExitsWith: .success) { try await Self.measure() }
    }

    private static func measure() async throws {
      try await withEnds { server in
        server.handleUnary(Self.echo) { request, _ in request }
        server.handle(Self.chat, on: .loop) { call in
          while let message = try await call.receive() { try await call.send(message) }
        }
      } body: { channel in
        for index in 0..<1_000 { try await Self.oneCall(channel, index) }
        let before = Footprint.now
        for index in 1_000..<10_000 { try await Self.oneCall(channel, index) }
        let after = Footprint.now
        try check(after.descriptors == before.descriptors, "descriptors: \(before) to \(after)")
        try check(after.threads == before.threads, "threads: \(before) to \(after)")
        try check(after.residentBytes - before.residentBytes <= 2 << 20, "memory: \(before) to \(after)")
      }
    }

    /// 64 MiB there and back: RPC joins each of the two arrivals once and allocates nothing else for bytes; a
    /// server that only passes the bytes on would not even join them.
    @Test func aLargeMessageCostsItsSize() async throws {
      await #expect(processExitsWith: .success) { try await Self.measureLargeMessage() }
    }

    private static func measureLargeMessage() async throws {
      let size = 64 << 20
      var channelOptions = ChannelOptions()
      channelOptions.receivedMessageBytesMax = size
      channelOptions.sentMessageBytesMax = size
      var serverOptions = ServerOptions()
      serverOptions.receivedMessageBytesMax = size
      serverOptions.sentMessageBytesMax = size
      try await withEnds(serverOptions: serverOptions, channelOptions: channelOptions) { server in
        server.handleUnary(echo) { request, _ in
          try check(request.withUnsafeBytes { $0.last } == 7, "the request is not what was sent")
          return request
        }
        server.handleUnary(pass) { request, _ in request }
      } body: { channel in
        let request = Payload(count: size) { bytes in bytes.initializeMemory(as: UInt8.self, repeating: 7) }
        let before = Payload.bytesAllocated
        let unread = try await channel.unary(pass, request)
        try check(unread.count == size, "\(unread.count) bytes came back")
        try check(Payload.bytesAllocated == before, "\(Payload.bytesAllocated - before) bytes to pass bytes on")
        let answer = try await channel.unary(echo, request)
        try check(
          Payload.bytesAllocated - before == size, "\(Payload.bytesAllocated - before) bytes for the server's join")
        try check(answer == request, "the answer is not what was sent")
        try check(
          Payload.bytesAllocated - before == 2 * size, "\(Payload.bytesAllocated - before) bytes for both joins")
      }
    }

    /// Unary, streams that end well, streams that are cancelled, and failures, in turn.
    private static func oneCall(_ channel: Channel, _ index: Int) async throws {
      switch index % 4 {
      case 0: _ = try await channel.unary(echo, Payload([UInt8](repeating: 1, count: index)))
      case 1:
        let call = try await channel.startCall(chat)
        try await call.send(Payload([1]), finishing: true)
        while try await call.receive() != nil {}
      case 2:
        let call = try await channel.startCall(chat)
        try await call.send(Payload([1]))
        call.cancel()
        _ = await call.status()
      default:
        _ = try? await channel.unary(Method(service: "test.Resources", name: "Nothing"), .empty)
      }
    }
  }
}

/// What this process holds now, as the kernel counts it.
struct Footprint {
  let descriptors: Int
  let threads: Int
  let residentBytes: Int

  static var now: Footprint {
    Footprint(
      descriptors: entries(of: "/proc/self/fd"), threads: entries(of: "/proc/self/task"),
      residentBytes: residentPages * Int(getpagesize()))
  }

  private static func entries(of path: String) -> Int {
    guard let folder = opendir(path) else { return -1 }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    return count
  }

  private static var residentPages: Int {
    guard let file = fopen("/proc/self/statm", "r") else { return -1 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard fgets(&line, Int32(line.count), file) != nil else { return -1 }
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return Int(text.split(separator: " ")[1]) ?? -1
  }
}

/// For processes of their own, whose one answer is whether they ended well.
private func check(_ holds: Bool, _ message: @autoclosure () -> String) throws {
  guard !holds else { return }
  print(message())
  throw OctavoError(.internal, message())
}
