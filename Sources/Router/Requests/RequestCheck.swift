import ControlPlane
import Models
import Core
import Messages
import Scheduling
import Tokenizers

/// A Generate request held against its model: every field is in range, every default is filled in.
struct RequestCheck: Sendable {
  let prompt: [TokenID]
  let sampling: SamplingParameters
  let maxTokens: Int
  let stopIDs: Set<TokenID>
  let stopStrings: [String]
  let tenant: TenantID
  let priority: Int
  let continuations: Int

  /// - Throws: INVALID_ARGUMENT with the field, the value seen and what would do.
  init(
    _ request: GenerateRequest, tenant: TenantID, for model: LoadedModel, drawnSeed: UInt64
  ) throws(OctavoError) {
    self.tenant = tenant
    priority = try Self.checked("priority", request.priority, -Limits.priorityMax...Limits.priorityMax)
    continuations = try Self.checked("continuations", request.continuations ?? 1, 1...Limits.continuationsMax)
    sampling = try Self.sampling(of: request, for: model, drawnSeed: drawnSeed)
    stopStrings = try Self.stopStrings(of: request)
    stopIDs = try Self.stopIDs(of: request, for: model)
    // The cheap checks come before tokenizing.
    if let maxTokens = request.maxTokens, !(1..<model.contextLength).contains(maxTokens) {
      throw .invalid(
        "max_tokens", "\(maxTokens)",
        "give 1 to \(model.contextLength - 1), or leave it out for what the context leaves"
      )
    }
    prompt = try Self.prompt(of: request, for: model)
    let room = model.contextLength - prompt.count
    guard room >= 1 else {
      throw .invalid(
        "the prompt", "\(prompt.count) tokens long",
        "\(model.name) has a context of \(model.contextLength), of which at least one is for the answer")
    }
    maxTokens = request.maxTokens ?? room
    guard maxTokens <= room else {
      throw .invalid(
        "max_tokens", "\(maxTokens)",
        "the prompt's \(prompt.count) tokens leave \(room) of a context of \(model.contextLength)")
    }
  }

  /// The request as the scheduler takes it: one a continuation. Only the first scores the prompt.
  ///
  /// - Parameter sequences: of the continuations, in order.
  func generationRequests(_ id: RequestID, _ sequences: [SequenceID]) -> [GenerationRequest] {
    sequences.enumerated().map { index, sequence in
      var sampling = sampling
      sampling.continuation = UInt32(index)
      if index > 0 { sampling.promptLogprobs = nil }
      return GenerationRequest(
        sequence: sequence, id: id, tenant: tenant, priority: priority, prompt: prompt, sampling: sampling,
        maxTokens: maxTokens, stopIDs: stopIDs)
    }
  }

  private static func sampling(
    of request: GenerateRequest, for model: LoadedModel, drawnSeed: UInt64
  ) throws(OctavoError) -> SamplingParameters {
    let sampling = SamplingParameters(
      temperature: request.temperature ?? 1, topK: request.topK, topP: request.topP ?? 1, minP: request.minP ?? 0,
      seed: request.seed ?? drawnSeed, topLogprobs: request.topLogprobs, promptLogprobs: request.promptLogprobs,
      repetitionPenalty: request.repetitionPenalty ?? 1, presencePenalty: request.presencePenalty,
      frequencyPenalty: request.frequencyPenalty, logitBias: request.logitBias.sorted { $0.token < $1.token })
    try sampling.validate()
    try check(sampling.logitBias.map(\.token), "a token of logit_bias", model)
    return sampling
  }

  private static func checked(_ field: String, _ value: Int, _ range: ClosedRange<Int>) throws(OctavoError) -> Int {
    guard range.contains(value) else {
      throw .invalid(field, "\(value)", "give \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  private static func stopStrings(of request: GenerateRequest) throws(OctavoError) -> [String] {
    guard request.stopStrings.count <= Limits.stopStringsMax else {
      throw .invalid("stop_strings", "\(request.stopStrings.count) strings", "give at most \(Limits.stopStringsMax)")
    }
    for stop in request.stopStrings where !(1...Limits.stopStringBytesMax).contains(stop.utf8.count) {
      throw .invalid(
        "a stop string", "\(stop.utf8.count) bytes long", "each has 1 to \(Limits.stopStringBytesMax)")
    }
    return request.stopStrings
  }

  private static func stopIDs(
    of request: GenerateRequest, for model: LoadedModel
  ) throws(OctavoError) -> Set<TokenID> {
    guard request.stopIDs.count <= Limits.stopIDsMax else {
      throw .invalid("stop_ids", "\(request.stopIDs.count) ids", "give at most \(Limits.stopIDsMax)")
    }
    try check(request.stopIDs, "a stop id", model)
    return Set(request.stopIDs + (request.ignoresEndTokens ? [] : model.served.architecture.endTokens))
  }

  private static func prompt(
    of request: GenerateRequest, for model: LoadedModel
  ) throws(OctavoError) -> [TokenID] {
    switch request.prompt {
    case .ids(let ids):
      guard !ids.isEmpty else { throw OctavoError(.invalidArgument, "the prompt is empty: give at least one id") }
      guard ids.count < model.contextLength else {
        throw .invalid(
          "the prompt", "\(ids.count) tokens long",
          "\(model.name) has a context of \(model.contextLength), of which at least one is for the answer")
      }
      try check(ids, "a prompt id", model)
      return ids
    case .text(let text):
      return try tokens(of: text, addingSpecialTokens: true, for: model)
    }
  }

  /// A text's ids, the text capped before it is tokenized.
  static func tokens(
    of text: String, addingSpecialTokens: Bool, for model: LoadedModel
  ) throws(OctavoError) -> [TokenID] {
    guard !text.isEmpty else { throw OctavoError(.invalidArgument, "the text is empty: give at least one character") }
    guard text.utf8.count <= Limits.promptBytesMax else {
      throw OctavoError(
        .resourceExhausted, "the text has \(text.utf8.count) bytes, the most allowed is \(Limits.promptBytesMax)")
    }
    return try model.tokenizer.encode(text, addingSpecialTokens: addingSpecialTokens)
  }

  private static func check(_ ids: [TokenID], _ field: String, _ model: LoadedModel) throws(OctavoError) {
    if let id = ids.first(where: { $0 >= model.vocabularyCount }) {
      throw .invalid(field, "\(id)", "the vocabulary of \(model.name) ends at \(model.vocabularyCount - 1)")
    }
  }
}
