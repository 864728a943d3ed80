import Core
import Messages
import RPC
import Testing

@Suite struct RoundTripTests {
  private func expectSame<Message: WireMessage & Equatable>(_ message: Message) throws {
    #expect(try Message(message.payload()) == message)
  }

  @Test func everyMessageComesBackAsItWas() throws {
    try expectSame(Samples.request)
    try expectSame(Samples.response)
    try expectSame(TokenizeRequest(model: "m", text: "t", addsSpecialTokens: false))
    try expectSame(TokenizeResponse(ids: [0, .max]))
    try expectSame(ListModelsResponse(models: [Samples.modelDescription]))
    try expectSame(
      LoadRequest(
        handshake: Samples.handshake, model: Samples.model, range: Samples.range, capacity: Samples.capacity,
        nextAddress: nil))
    try expectSame(LoadProgress(fraction: 0.5, memoryBytes: 1 << 40))
    try expectSame(UnloadRequest(stage: Samples.stage))
    try expectSame(UnloadRequest(stage: Samples.stage, epoch: Epoch(.max)))
    try expectSame(ForwardRequest.handshake(Samples.handshake))
    try expectSame(ForwardRequest.frame(Samples.frame))
    try expectSame(ResultsRequest(handshake: Samples.handshake))
    try expectSame(
      ResultsResponse(
        microbatch: MicrobatchID(1), epoch: Epoch(2),
        tokens: [
          SampledToken(sequence: SequenceID(3), position: 4, choice: Samples.logprob, top: [Samples.logprob])
        ]))
    try expectSame(
      DescribeResponse(
        memoryBytes: 9, memoryUsedBytes: 8,
        stages: [
          StageDescription(
            stage: Samples.stage, model: Samples.model, range: Samples.range, memoryBytes: 7, sequencesOpen: 6)
        ]))
    try expectSame(JoinRequest(address: "127.0.0.1:1", memoryBytes: 1 << 40, threads: 3))
    try expectSame(JoinResponse(worker: WorkerID("w"), heartbeatIntervalMs: 500))
    try expectSame(HeartbeatRequest(worker: WorkerID("w")))
    try expectSame(LeaveRequest(worker: WorkerID("w")))
    try expectSame(Samples.status)
  }

  @Test func absenceIsNotZero() throws {
    let absent = GenerateRequest(prompt: .ids([]))
    let read = try GenerateRequest(absent.payload())
    #expect(read == absent)
    #expect(read.maxTokens == nil && read.temperature == nil && read.seed == nil && read.topLogprobs == nil)
    #expect(Samples.request.temperature == 0 && Samples.request.seed == 0 && Samples.request.topLogprobs == 0)
  }

  /// All but minus zero, which protobuf-c takes for the default and leaves out.
  @Test func floatsKeepTheirBits() throws {
    for bits in [0x7FC0_0001, 0x8000_0001, 0x0000_0001, 0x7F7F_FFFF, 0xFF80_0000] as [UInt32] {
      let logprob = TokenLogprob(token: 1, logprob: Float(bitPattern: bits))
      #expect(try TokenLogprob(logprob.payload()).logprob.bitPattern == bits)
    }
  }
}
