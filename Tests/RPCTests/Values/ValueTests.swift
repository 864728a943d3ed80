import Core
import RPC
import Testing

extension RPCTests {
  /// Payloads, metadata and statuses by themselves.
  @Suite(.serialized) struct ValueTests {
    struct Refusal: Error {}

    @Test(arguments: [0, 1, 23, 24, 4_096]) func payloadHoldsItsBytes(count: Int) {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
      let payload = Payload(bytes)
      #expect(payload.count == count)
      #expect(payload.bytes() == bytes)
      #expect(payload == Payload(count: count) { $0.copyBytes(from: bytes) })
    }

    @Test func payloadThatCannotBeFilledThrowsItsError() {
      #expect(throws: Refusal.self) {
        try Payload(count: 100) { (_) throws(Refusal) in throw Refusal() }
      }
    }

    @Test func metadataKeepsOrderAndRepeats() throws {
      var metadata: Metadata = ["a": "1", "b": "2"]
      metadata.append("a", "3")
      metadata.append("c-bin", [0, 255])
      try metadata.validate()
      #expect(metadata["a"] == "3")
      #expect(metadata[binary: "c-bin"] == [0, 255])
      #expect(metadata["c-bin"] == nil)
      #expect(metadata.values(of: "a") == [.text("1"), .text("3")])
      #expect(metadata.entries.map(\.key) == ["a", "b", "a", "c-bin"])
      #expect(metadata.byteCount == 2 + 2 + 2 + 7 + 4 * 32)
    }

    @Test func metadataHasALimit() {
      var metadata = Metadata()
      metadata.append("a", String(repeating: "x", count: Metadata.bytesMax - 33))
      #expect(throws: Never.self) { try metadata.validate() }
      metadata.append("b", "")
      let error = #expect(throws: OctavoError.self) { try metadata.validate() }
      #expect(error?.code == .resourceExhausted)
    }

    @Test func statusAndErrorKeepEachOther() {
      let status = Status(.aborted, "no", details: [1, 2], trailers: ["x-a": "b"])
      let back = Status(OctavoError(status))
      #expect(back.code == .aborted)
      #expect(back.message == "no")
      #expect(back.details == [1, 2])
      #expect(back.trailers == ["x-a": "b"])
    }

    @Test func methodHasAPath() {
      let method = Method(service: "octavo.v1.Inference", name: "Generate")
      #expect(method.path == "/octavo.v1.Inference/Generate")
      #expect("\(method)" == "octavo.v1.Inference/Generate")
    }

    @Test func credentialsThatAreNotPEMAreNamed() async {
      let loop = EventLoop(name: "values")
      let error = #expect(throws: OctavoError.self) {
        try Channel(target: "localhost:1", credentials: .tls(roots: [0x30, 0x82]), on: loop)
      }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains("root certificates") == true)
      await loop.shutdown()
    }
  }
}
