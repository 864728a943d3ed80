import Core
import RPC
import Synchronization
import Testing

extension RPCTests {
  /// A reader that stops stops the sender; a large message costs no more than its size.
  @Suite(.serialized) struct FlowControlTests {
    static let source = Method(service: "test.Flow", name: "Source")
    static let sink = Method(service: "test.Flow", name: "Sink")
    static let echo = Method(service: "test.Flow", name: "Echo")

    @Test(arguments: [0, 64]) func serverHaltsWhenTheClientStopsReading(readFirst: Int) async throws {
      let sent = Counter()
      try await withEnds { server in
        server.handle(Self.source) { call in
          let message = Payload([UInt8](repeating: 1, count: 1 << 20))
          while true {
            try await call.send(message)
            sent.add()
          }
        }
      } body: { channel in
        // The deadline ends the call; until then nobody reads more than was asked for.
        let call = try await channel.startCall(Self.source, timeout: .seconds(2))
        for _ in 0..<readFirst { #expect(try await call.receive()?.count == 1 << 20) }
        while await !sent.hasHalted() {}
        #expect(sent.value - readFirst <= 16)
        call.cancel()
        #expect(await call.status().code == .cancelled)
      }
    }

    @Test(arguments: [0, 64]) func clientHaltsWhenTheServerStopsReading(readFirst: Int) async throws {
      let sent = Counter()
      try await withEnds { server in
        server.handle(Self.sink) { call in
          for _ in 0..<readFirst { _ = try await call.receive() }
          try await Task.sleep(for: .seconds(60))
        }
      } body: { channel in
        let call = try await channel.startCall(Self.sink, timeout: .seconds(20))
        let sender = Task {
          let message = Payload([UInt8](repeating: 1, count: 1 << 20))
          while true {
            try await call.send(message)
            sent.add()
          }
        }
        while await !sent.hasHalted() {}
        #expect(sent.value - readFirst <= 16)
        sender.cancel()
        await #expect(throws: OctavoError.self) { try await sender.value }
        #expect(await call.status().code == .cancelled)
      }
    }
  }
}

/// Counts, and notices when counting has stopped.
final class Counter: Sendable {
  private let count = Atomic<Int>(0)

  var value: Int { count.load(ordering: .relaxed) }

  func add() { count.add(1, ordering: .relaxed) }

  /// Whether the count is positive and did not change for a quarter of a second.
  func hasHalted() async -> Bool {
    let before = value
    try? await Task.sleep(for: .milliseconds(250))
    return before > 0 && value == before
  }
}
