import Core
import RPC
import Testing

extension RPCTests {
  /// What travels around the messages: status, details, metadata, limits.
  @Suite(.serialized) struct StatusTests {
    static let fail = Method(service: "test.Status", name: "Fail")
    static let echo = Method(service: "test.Status", name: "Echo")

    @Test(arguments: StatusCode.allCases.filter { $0 != .ok }) func everyCodeArrives(code: StatusCode) async throws {
      try await withEnds { server in
        server.handleUnary(Self.fail) { _, call in
          try call.setStatusDetails([0, 255])
          var trailers: Metadata = ["x-why": "asked"]
          trailers.append("x-raw-bin", [1, 0, 254])
          try call.setTrailers(trailers)
          throw OctavoError(code, "naïve: \(code)")
        }
      } body: { channel in
        let error = await #expect(throws: OctavoError.self) { try await channel.unary(Self.fail, .empty) }
        #expect(error?.code == code)
        #expect(error?.message == "naïve: \(code)")
        let status = try #require(error?.cause as? Status)
        #expect(status.details == [0, 255])
        #expect(status.trailers["x-why"] == "asked")
        #expect(status.trailers[binary: "x-raw-bin"] == [1, 0, 254])
      }
    }

    @Test func aLongMessageIsCutNotLost() async throws {
      try await withEnds { server in
        server.handleUnary(Self.fail) { _, _ in throw OctavoError(.aborted, String(repeating: "é", count: 100_000)) }
      } body: { channel in
        let error = await #expect(throws: OctavoError.self) { try await channel.unary(Self.fail, .empty) }
        #expect(error?.code == .aborted)
        #expect(error?.message.hasPrefix("éé") == true)
        #expect(error?.message.hasSuffix("…") == true)
      }
    }

    @Test func anOversizedAnswerIsAnErrorNotAHang() async throws {
      var options = ChannelOptions()
      options.receivedMessageBytesMax = 1_000
      try await withEnds(channelOptions: options) { server in
        server.handleUnary(Self.echo) { request, _ in request }
      } body: { channel in
        let answer = try await channel.unary(Self.echo, Payload([UInt8](repeating: 0, count: 1_000)))
        #expect(answer.count == 1_000)
        let error = await #expect(throws: OctavoError.self) {
          try await channel.unary(Self.echo, Payload([UInt8](repeating: 0, count: 1_001)))
        }
        #expect(error?.code == .resourceExhausted)
      }
    }

    @Test func anOversizedRequestNeverLeaves() async throws {
      var options = ChannelOptions()
      options.sentMessageBytesMax = 1_000
      try await withEnds(channelOptions: options) { server in
        server.handleUnary(Self.echo) { request, _ in request }
      } body: { channel in
        let error = await #expect(throws: OctavoError.self) {
          try await channel.unary(Self.echo, Payload([UInt8](repeating: 0, count: 1_001)))
        }
        #expect(error?.code == .resourceExhausted)
      }
    }

    @Test func callsPastTheLimitAreRefusedAtOnce() async throws {
      var options = ServerOptions()
      options.callsInFlightMax = 3
      try await withEnds(serverOptions: options) { server in
        server.handle(Self.echo) { call in
          while let message = try await call.receive() { try await call.send(message) }
        }
      } body: { channel in
        var calls: [ClientCall] = []
        for _ in 0..<3 {
          let call = try await channel.startCall(Self.echo)
          try await call.send(.empty)
          _ = try await call.receive()
          calls.append(call)
        }
        let refused = try await channel.startCall(Self.echo)
        #expect(await refused.status().code == .resourceExhausted)
        try await calls[0].finishSending()
        #expect(try await calls[0].receive() == nil)
      }
    }

    @Test func oneSendAtATime() async throws {
      try await withEnds { server in
        server.handle(Self.echo) { _ in try await Task.sleep(for: .seconds(60)) }
      } body: { channel in
        let call = try await channel.startCall(Self.echo)
        // The other end reads nothing, so whichever of the two comes first stays in flight.
        let large = Payload([UInt8](repeating: 0, count: 8 << 20))
        let codes = await withTaskGroup(of: StatusCode.self) { group in
          for _ in 0..<2 {
            group.addTask {
              do throws(OctavoError) { try await call.send(large) } catch { return error.code }
              return .ok
            }
          }
          let refused = await group.next()
          call.cancel()
          return [refused, await group.next()]
        }
        #expect(codes == [.failedPrecondition, .cancelled])
      }
    }

    /// The server answers and ends with OK while the client still sends: no hang, and the answer is there.
    @Test func aServerThatHasEnoughEndsTheSender() async throws {
      try await withEnds { server in
        server.handle(Self.echo) { call in try await call.send(Payload([7])) }
      } body: { channel in
        let call = try await channel.startCall(Self.echo, timeout: .seconds(20))
        let large = Payload([UInt8](repeating: 0, count: 1 << 20))
        let error = await #expect(throws: OctavoError.self) { while true { try await call.send(large) } }
        #expect(error?.code == .failedPrecondition)
        #expect(try await call.receive()?.bytes() == [7])
        #expect(try await call.receive() == nil)
      }
    }

    @Test(arguments: ["", "Upper", "with space", "grpc-reserved", ":path", "nül", "x-bin"])
    func illegalKeysAreNamed(key: String) async throws {
      try await withEnds { _ in
      } body: { channel in
        var metadata = Metadata()
        metadata.append(key, "value")
        let error = await #expect(throws: OctavoError.self) {
          try await channel.unary(Self.echo, .empty, metadata: metadata)
        }
        #expect(error?.code == .invalidArgument)
      }
    }
  }
}
