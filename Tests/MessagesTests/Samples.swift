import Core
import Messages

/// One value of every message, with no field at its default.
enum Samples {
  static let stage = StageID(instance: InstanceID("kjv/0"), index: 3)
  static let digest = try! CheckpointDigest(hexadecimal: String(repeating: "0f", count: 32))
  static let model = try! ModelName("kjv-int8")

  static let handshake = Handshake(stage: stage, digest: digest, configuration: .int8, epoch: Epoch(1 << 40))
  static let range = StageRange(layers: 4..<8, embeds: false, projects: true)
  static let capacity = StageCapacity(contextLength: 1_024, sequencesMax: 8, rowsMax: 256, pageCount: 77)
  static let sampling = SamplingParameters(
    temperature: 0.7, topK: 40, topP: 0.9, minP: 0.05, seed: .max, continuation: 2, topLogprobs: 5,
    promptLogprobs: 0, repetitionPenalty: 1.25, presencePenalty: -0.5, frequencyPenalty: 2,
    logitBias: [LogitBias(token: 0, bias: -100), LogitBias(token: 7, bias: 1.5)])

  static let frame = Frame(
    microbatch: Microbatch(
      id: MicrobatchID(7), epoch: Epoch(9),
      route: [
        Hop(stage: stage, grants: [PageGrant(sequence: SequenceID(1), pages: [PageID(0), PageID(4_000_000_000)])]),
        Hop(stage: StageID(instance: InstanceID("kjv/0"), index: 4), grants: []),
      ],
      closings: [SequenceID(5), SequenceID(.max)],
      openings: [
        SequenceOpening(
          sequence: SequenceID(1), request: try! RequestID("ab-12"), sampling: sampling,
          tokens: [0, 42, 4_294_967_295], promptCount: 2, cachedCount: 1)
      ],
      segments: [Segment(sequence: SequenceID(1), position: 17, tokens: [42, 7], samples: true, scores: true)]),
    activations: Array(0...255),
    timings: [
      StageTiming(idleNs: 1, queuedNs: 2, runNs: 1 << 40, sendNs: 4, receivedBytes: 5), StageTiming(idleNs: 6),
    ])

  static let request = GenerateRequest(
    model: "kjv", prompt: .text("κόσμε 🌍"), maxTokens: 5, temperature: 0, topK: 3, topP: 0.5, minP: 0.25, seed: 0,
    stopStrings: ["\n", "Amen"], stopIDs: [1, 2], ignoresEndTokens: true, topLogprobs: 0, echoes: true,
    promptLogprobs: 3, logitBias: [LogitBias(token: 9, bias: 0.5)], repetitionPenalty: 1.5, presencePenalty: 0.25,
    frequencyPenalty: -0.25, continuations: 3, priority: -10)

  static let logprob = TokenLogprob(token: 300, logprob: -1.516616)
  static let response = GenerateResponse(
    started: Started(requestID: "ab12", model: model, seed: 99, promptTokens: 16), text: "a\0b", ids: [300, 1],
    logprobs: [TokenLogprobs(token: logprob, top: [logprob, TokenLogprob(token: 1, logprob: -.infinity)])],
    finish: Finish(
      reason: .stop,
      usage: Usage(
        promptTokens: 16, generatedTokens: 2, queueMs: 0.25, prefillMs: 1.5, decodeMs: 2.75, cachedTokens: 16)),
    continuation: 2, promptLogprobs: [TokenLogprobs(token: logprob, top: [])])

  static let modelDescription = ModelDescription(
    name: model, isReady: true, contextLength: 1_024, vocabularySize: 2_048, digest: digest, configuration: .float32)

  static let status = StatusResponse(
    uptimeSeconds: 12.5,
    workers: [
      WorkerStatus(
        worker: WorkerID("worker-1"), address: "127.0.0.1:9", device: "cpu", threads: 2, memoryBytes: 1 << 40,
        memoryUsedBytes: 5, secondsSinceHeartbeat: 0.5)
    ],
    models: [
      ModelStatus(
        model: modelDescription,
        instances: [
          InstanceStatus(
            instance: InstanceID("kjv/0"), state: .loading, detail: "a cable was pulled", epoch: Epoch(3),
            stages: [
              StageStatus(
                stage: stage, worker: WorkerID("worker-1"), range: range, memoryBytes: 70 << 20, loadedFraction: 0.5)
            ], pageCount: 4_096)
        ],
        splitGoal: .decode, requestsWaiting: 1, requestsRunning: 2, requestsFinished: 3, requestsFailed: 4)
    ])
}
