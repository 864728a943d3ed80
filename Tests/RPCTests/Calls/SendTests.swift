import Core
import RPC
import Testing

extension RPCTests {
  /// Messages that nobody waits for: whoever sent one is told how it went.
  @Suite(.serialized) struct SendTests {
    static let method = Method(service: "test.Send", name: "Exchange")

    @Test func bothSidesLearnThatAMessageWasTaken() async throws {
      try await withEnds { server in
        server.handle(Self.method) { call in
          while let payload = try await call.receive() {
            #expect(await taken { call.send(payload, taken: $0) })
          }
        }
      } body: { channel in
        let call = try await channel.startCall(Self.method, timeout: .seconds(20))
        for number in 0..<100 as Range<UInt8> {
          #expect(await taken { call.send(Payload([number]), taken: $0) })
          #expect(try await call.receive() == Payload([number]))
        }
        try await call.finishSending()
        #expect(try await call.receive() == nil)
        #expect(await call.status().isOK)
        #expect(await taken { call.send(.empty, taken: $0) } == false)
      }
    }

    @Test func aMessageThatIsHeldUpIsNotTaken() async throws {
      try await withEnds { server in
        server.handle(Self.method) { _ in try await Task.sleep(for: .seconds(60)) }
      } body: { channel in
        let call = try await channel.startCall(Self.method, timeout: .seconds(20))
        let (outcomes, outcome) = AsyncStream.makeStream(of: Bool.self)
        let sent = Counter()
        sendOn(call, counting: sent) { outcome.yield($0) }
        while await !sent.hasHalted() {}
        // One at a time: the next is refused at once.
        #expect(await taken { call.send(.empty, taken: $0) } == false)
        call.cancel()
        #expect(await outcomes.first { _ in true } == false)
        #expect(await call.status().code == .cancelled)
      }
    }

    /// Sends one message after the other until one is not taken.
    private func sendOn(_ call: ClientCall, counting sent: Counter, until ended: @escaping @Sendable (Bool) -> Void) {
      call.send(Payload([UInt8](repeating: 1, count: 1 << 20))) { isTaken in
        guard isTaken else { return ended(isTaken) }
        sent.add()
        self.sendOn(call, counting: sent, until: ended)
      }
    }

    @Test func aServersMessageIsNotTakenOnceTheClientHasGone() async throws {
      let (outcomes, outcome) = AsyncStream.makeStream(of: Bool.self)
      try await withEnds { server in
        server.handle(Self.method) { call in
          while await taken({ call.send(Payload([1]), taken: $0) }) {}
          outcome.yield(call.isCancelled)
        }
      } body: { channel in
        let call = try await channel.startCall(Self.method, timeout: .seconds(20))
        _ = try await call.receive()
        call.cancel()
        #expect(await outcomes.first { _ in true } == true)
      }
    }

    private func taken(_ send: (@escaping @Sendable (Bool) -> Void) -> Void) async -> Bool {
      await withCheckedContinuation { continuation in send { continuation.resume(returning: $0) } }
    }
  }
}
