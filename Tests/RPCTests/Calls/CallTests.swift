import Core
import RPC
import Testing

extension RPCTests {
  /// Calls of every kind, both ends in this process on real sockets.
  @Suite(.serialized) struct CallTests {
    static let echo = Method(service: "test.Echo", name: "Unary")
    static let stream = Method(service: "test.Echo", name: "Stream")

    @Test(arguments: [0, 1, 23, 24, 1_000, 100_000, 8 << 20])
    func unaryReturnsWhatWasSent(count: Int) async throws {
      try await withEnds { server in
        server.handleUnary(Self.echo) { request, _ in request }
      } body: { channel in
        let request = Payload((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let answer = try await channel.unary(Self.echo, request, timeout: .seconds(20))
        #expect(answer == request)
      }
    }

    @Test func streamEchoesEachMessageInOrder() async throws {
      try await withEnds { server in
        server.handle(Self.stream, on: .loop) { call in
          while let message = try await call.receive() { try await call.send(message) }
        }
      } body: { channel in
        let call = try await channel.startCall(Self.stream, timeout: .seconds(20))
        for index in 0..<100 {
          try await call.send(Payload([UInt8(index)]))
          #expect(try await call.receive()?.bytes() == [UInt8(index)])
        }
        try await call.finishSending()
        #expect(try await call.receive() == nil)
        #expect(await call.status().isOK)
      }
    }

    @Test func unknownMethodIsUnimplemented() async throws {
      try await withEnds { _ in
      } body: { channel in
        let error = await #expect(throws: OctavoError.self) { try await channel.unary(Self.echo, .empty) }
        #expect(error?.code == .unimplemented)
        #expect(error?.message == "'/test.Echo/Unary' is not served here")
      }
    }
  }
}
