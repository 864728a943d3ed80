import Core
import RPC
import Testing

extension RPCTests {
  /// Ends that race: cancellations, deadlines, dropped calls.
  @Suite(.serialized) struct CancellationTests {
    static let echo = Method(service: "test.Race", name: "Echo")
    static let hold = Method(service: "test.Race", name: "Hold")
    static let chat = Method(service: "test.Race", name: "Chat")

    private static func serve(_ server: Server) {
      server.handleUnary(echo) { request, _ in request }
      server.handle(hold) { call in
        #expect(try await call.receive() != nil)
        // A client that goes is never a stream that ended well.
        await #expect(throws: OctavoError.self) { while try await call.receive() != nil {} }
        #expect(Task.isCancelled || call.isCancelled)
        throw CancellationError()
      }
      server.handle(chat, on: .loop) { call in
        while let message = try await call.receive() { try await call.send(message) }
      }
    }

    @Test func cancelledTasksRaceTheirAnswers() async throws {
      try await withEnds(configure: Self.serve) { channel in
        var codes: [StatusCode: Int] = [:]
        for round in 0..<2_000 {
          let task = Task { try await channel.unary(Self.echo, Payload([1, 2, 3])) }
          for _ in 0..<round % 8 { await Task.yield() }
          task.cancel()
          switch await task.result {
          case .success(let answer): #expect(answer.bytes() == [1, 2, 3])
          case .failure(let error): codes[(error as? OctavoError)?.code ?? .unknown, default: 0] += 1
          }
        }
        #expect(codes.keys.allSatisfy { $0 == .cancelled })
      }
    }

    @Test func deadlinesRaceTheirAnswers() async throws {
      try await withEnds(configure: Self.serve) { channel in
        for round in 0..<2_000 {
          do {
            let answer = try await channel.unary(
              Self.echo, Payload([9]), timeout: .microseconds(round % 10 * 200))
            #expect(answer.bytes() == [9])
          } catch let error as OctavoError {
            #expect(error.code == .deadlineExceeded)
          }
        }
      }
    }

    @Test func aClientThatCancelsIsNeverAnEndOfStream() async throws {
      try await withEnds(configure: Self.serve) { channel in
        for round in 0..<1_000 {
          let call = try await channel.startCall(Self.hold)
          try await call.send(Payload([1]))
          for _ in 0..<round % 5 { await Task.yield() }
          call.cancel()
          #expect(await call.status().code == .cancelled)
          await #expect(throws: OctavoError.self) { try await call.receive() }
          await #expect(throws: OctavoError.self) { try await call.send(Payload([1])) }
        }
      }
    }

    @Test func droppedCallsCancelThemselves() async throws {
      try await withEnds(configure: Self.serve) { channel in
        for round in 0..<1_000 {
          let call = try await channel.startCall(Self.hold)
          if round % 2 == 0 { try await call.send(Payload([1])) }
        }
        // Closing waits for every call: it would hang if a dropped one lived on.
      }
    }

    @Test func aStreamCancelledBeforeItsFirstMessageHarmsNothing() async throws {
      try await withEnds(configure: Self.serve) { channel in
        for _ in 0..<1_000 {
          let call = try await channel.startCall(Self.chat)
          call.cancel()
        }
        #expect(try await channel.unary(Self.echo, Payload([5])).bytes() == [5])
      }
    }

    @Test func aCancelledTaskThatWaitsIsReleased() async throws {
      try await withEnds(configure: Self.serve) { channel in
        let call = try await channel.startCall(Self.chat)
        let waiting = Task { try await call.receive() }
        await Task.yield()
        waiting.cancel()
        let error = await #expect(throws: OctavoError.self) { try await waiting.value }
        #expect(error?.code == .cancelled)
      }
    }

    @Test func cancelTellsItsOwnCode() async throws {
      try await withEnds(configure: Self.serve) { channel in
        let call = try await channel.startCall(Self.chat)
        call.cancel(.aborted, "the plan has changed")
        let status = await call.status()
        #expect(status.code == .aborted)
        #expect(status.message == "the plan has changed")
      }
    }
  }
}
