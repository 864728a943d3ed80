import Core
import RPC
import Testing

extension RPCTests {
  /// Servers, channels and loops that end while calls run.
  @Suite(.serialized) struct ShutdownTests {
    static let chat = Method(service: "test.End", name: "Chat")
    static let hold = Method(service: "test.End", name: "Hold")

    private static func serve(_ server: Server) {
      server.handle(chat) { call in
        while let message = try await call.receive() { try await call.send(message) }
      }
      server.handle(hold) { _ in try await Task.sleep(for: .seconds(60)) }
    }

    @Test func callsInFlightAreCancelledAfterTheGrace() async throws {
      for _ in 0..<20 {
        let loop = EventLoop(name: "end")
        let server = try Server(credentials: .insecure, on: loop)
        Self.serve(server)
        let port = try server.listen(host: "127.0.0.1", port: 0)
        try server.start()
        let channel = try Channel(target: "127.0.0.1:\(port)", credentials: .insecure, on: loop)
        var calls: [ClientCall] = []
        for index in 0..<10 {
          let call = try await channel.startCall(index % 2 == 0 ? Self.chat : Self.hold)
          try await call.send(Payload([1]))
          calls.append(call)
        }
        #expect(try await calls[0].receive()?.bytes() == [1])
        await server.shutdown(grace: .milliseconds(20))
        for call in calls {
          await #expect(throws: OctavoError.self) { while try await call.receive() != nil {} }
          #expect(await !call.status().isOK)
        }
        await channel.close()
        await loop.shutdown()
      }
    }

    @Test func whatRunsFinishesWithinTheGrace() async throws {
      let loop = EventLoop(name: "end")
      let server = try Server(credentials: .insecure, on: loop)
      Self.serve(server)
      let port = try server.listen(host: "127.0.0.1", port: 0)
      try server.start()
      let channel = try Channel(target: "127.0.0.1:\(port)", credentials: .insecure, on: loop)
      let call = try await channel.startCall(Self.chat)
      try await call.send(Payload([1]))
      #expect(try await call.receive()?.bytes() == [1])
      async let stopped: Void = server.shutdown(grace: .seconds(30))
      try await call.send(Payload([2]))
      #expect(try await call.receive()?.bytes() == [2])
      try await call.finishSending()
      #expect(try await call.receive() == nil)
      await stopped
      await channel.close()
      await loop.shutdown()
    }

    @Test func aLoopEndsWhatIsLeftOnIt() async throws {
      let loop = EventLoop(name: "end")
      let server = try Server(credentials: .insecure, on: loop)
      Self.serve(server)
      let port = try server.listen(host: "127.0.0.1", port: 0)
      try server.start()
      let channel = try Channel(target: "127.0.0.1:\(port)", credentials: .insecure, on: loop)
      let call = try await channel.startCall(Self.chat)
      try await call.send(Payload([1]))
      await loop.shutdown()
      #expect(await !call.status().isOK)
      let error = await #expect(throws: OctavoError.self) { try await channel.unary(Self.chat, .empty) }
      #expect(error?.code == .failedPrecondition)
      #expect(throws: OctavoError.self) { try Server(credentials: .insecure, on: loop) }
      await loop.shutdown()
      await server.shutdown(grace: .zero)
    }

    @Test func closingAChannelCancelsWhatRuns() async throws {
      try await withEnds(configure: Self.serve) { channel in
        let call = try await channel.startCall(Self.hold)
        let answer = Task { try await channel.unary(Self.hold, .empty) }
        try await call.send(Payload([1]))
        await channel.close()
        #expect(await call.status().code == .cancelled)
        await #expect(throws: OctavoError.self) { try await answer.value }
      }
    }

    @Test func thingsThatNeverStartedLeaveNothing() async throws {
      let loop = EventLoop(name: "end")
      for _ in 0..<10 {
        _ = try Channel(target: "127.0.0.1:1", credentials: .insecure, on: loop)
        let server = try Server(credentials: .insecure, on: loop)
        _ = try server.listen(host: "127.0.0.1", port: 0)
      }
      await loop.shutdown()
    }

    @Test func aPortInUseIsOneClearError() async throws {
      let loop = EventLoop(name: "end")
      let first = try Server(credentials: .insecure, on: loop)
      let port = try first.listen(host: "127.0.0.1", port: 0)
      let second = try Server(credentials: .insecure, on: loop)
      let error = #expect(throws: OctavoError.self) { try second.listen(host: "127.0.0.1", port: port) }
      #expect(error?.code == .alreadyExists)
      #expect(error?.message.contains("\(port)") == true)
      await loop.shutdown()
    }

    @Test func waitingForNobodyEndsInTime() async throws {
      let loop = EventLoop(name: "end")
      let channel = try Channel(target: "127.0.0.1:1", credentials: .insecure, on: loop)
      let error = await #expect(throws: OctavoError.self) {
        try await channel.waitUntilReady(timeout: .milliseconds(200))
      }
      #expect(error?.code == .unavailable)
      let waiting = Task { try await channel.waitUntilReady(timeout: .seconds(60)) }
      await Task.yield()
      waiting.cancel()
      #expect(await (waiting.result.failure as? OctavoError)?.code == .cancelled)
      await channel.close()
      await loop.shutdown()
    }

    @Test func aTaskOnTheLoopMayEndIt() async throws {
      let loop = EventLoop(name: "end")
      await Task(executorPreference: loop) {
        await Task.yield()
        await loop.shutdown()
        await Task.yield()
      }.value
    }
  }
}

extension Result {
  var failure: Failure? {
    guard case .failure(let error) = self else { return nil }
    return error
  }
}
