package import COctavoProto
package import Core

extension GenerateRequest: WireMessage {
  package init(reading wire: Octavo__V1__GenerateRequest) throws(OctavoError) {
    self.init(
      model: try Reading.text(wire.model, "model"),
      prompt: try Prompt(reading: wire),
      maxTokens: wire.max_tokens_value_case == OCTAVO__V1__GENERATE_REQUEST__MAX_TOKENS_VALUE_MAX_TOKENS
        ? Int(wire.max_tokens) : nil,
      temperature: wire.temperature_value_case == OCTAVO__V1__GENERATE_REQUEST__TEMPERATURE_VALUE_TEMPERATURE
        ? wire.temperature : nil,
      topK: wire.top_k_value_case == OCTAVO__V1__GENERATE_REQUEST__TOP_K_VALUE_TOP_K ? Int(wire.top_k) : nil,
      topP: wire.top_p_value_case == OCTAVO__V1__GENERATE_REQUEST__TOP_P_VALUE_TOP_P ? wire.top_p : nil,
      minP: wire.min_p_value_case == OCTAVO__V1__GENERATE_REQUEST__MIN_P_VALUE_MIN_P ? wire.min_p : nil,
      seed: wire.seed_value_case == OCTAVO__V1__GENERATE_REQUEST__SEED_VALUE_SEED ? wire.seed : nil,
      stopStrings: try Reading.texts(wire.n_stop_strings, wire.stop_strings, "stop_strings"),
      stopIDs: Reading.array(wire.n_stop_ids, wire.stop_ids),
      ignoresEndTokens: wire.ignore_end_tokens != 0,
      topLogprobs: wire.top_logprobs_value_case == OCTAVO__V1__GENERATE_REQUEST__TOP_LOGPROBS_VALUE_TOP_LOGPROBS
        ? Int(wire.top_logprobs) : nil,
      echoes: wire.echo != 0,
      promptLogprobs: wire.prompt_logprobs_value_case
        == OCTAVO__V1__GENERATE_REQUEST__PROMPT_LOGPROBS_VALUE_PROMPT_LOGPROBS ? Int(wire.prompt_logprobs) : nil,
      logitBias: try Reading.messages(wire.n_logit_bias, wire.logit_bias),
      repetitionPenalty: wire.repetition_penalty_value_case
        == OCTAVO__V1__GENERATE_REQUEST__REPETITION_PENALTY_VALUE_REPETITION_PENALTY ? wire.repetition_penalty : nil,
      presencePenalty: wire.presence_penalty, frequencyPenalty: wire.frequency_penalty,
      continuations: wire.continuations_value_case == OCTAVO__V1__GENERATE_REQUEST__CONTINUATIONS_VALUE_CONTINUATIONS
        ? Int(wire.continuations) : nil,
      priority: Int(wire.priority))
  }

  package func write(to wire: inout Octavo__V1__GenerateRequest, in arena: Arena) {
    wire.model = arena.text(model)
    prompt.write(to: &wire, in: arena)
    (wire.n_stop_strings, wire.stop_strings) = arena.texts(stopStrings)
    (wire.n_stop_ids, wire.stop_ids) = arena.array(stopIDs)
    wire.ignore_end_tokens = ignoresEndTokens ? 1 : 0
    wire.echo = echoes ? 1 : 0
    (wire.n_logit_bias, wire.logit_bias) = arena.messages(logitBias)
    wire.presence_penalty = presencePenalty
    wire.frequency_penalty = frequencyPenalty
    wire.priority = Int32(clamping: priority)
    writeChoices(to: &wire)
  }

  /// Counts outside UInt32 travel as its nearest end, which the router refuses as it would refuse them.
  private func writeChoices(to wire: inout Octavo__V1__GenerateRequest) {
    if let maxTokens {
      wire.max_tokens_value_case = OCTAVO__V1__GENERATE_REQUEST__MAX_TOKENS_VALUE_MAX_TOKENS
      wire.max_tokens = UInt32(clamping: maxTokens)
    }
    if let temperature {
      wire.temperature_value_case = OCTAVO__V1__GENERATE_REQUEST__TEMPERATURE_VALUE_TEMPERATURE
      wire.temperature = temperature
    }
    if let topK {
      wire.top_k_value_case = OCTAVO__V1__GENERATE_REQUEST__TOP_K_VALUE_TOP_K
      wire.top_k = UInt32(clamping: topK)
    }
    if let topP {
      wire.top_p_value_case = OCTAVO__V1__GENERATE_REQUEST__TOP_P_VALUE_TOP_P
      wire.top_p = topP
    }
    if let minP {
      wire.min_p_value_case = OCTAVO__V1__GENERATE_REQUEST__MIN_P_VALUE_MIN_P
      wire.min_p = minP
    }
    if let seed {
      wire.seed_value_case = OCTAVO__V1__GENERATE_REQUEST__SEED_VALUE_SEED
      wire.seed = seed
    }
    if let topLogprobs {
      wire.top_logprobs_value_case = OCTAVO__V1__GENERATE_REQUEST__TOP_LOGPROBS_VALUE_TOP_LOGPROBS
      wire.top_logprobs = UInt32(clamping: topLogprobs)
    }
    if let promptLogprobs {
      wire.prompt_logprobs_value_case = OCTAVO__V1__GENERATE_REQUEST__PROMPT_LOGPROBS_VALUE_PROMPT_LOGPROBS
      wire.prompt_logprobs = UInt32(clamping: promptLogprobs)
    }
    if let repetitionPenalty {
      wire.repetition_penalty_value_case = OCTAVO__V1__GENERATE_REQUEST__REPETITION_PENALTY_VALUE_REPETITION_PENALTY
      wire.repetition_penalty = repetitionPenalty
    }
    if let continuations {
      wire.continuations_value_case = OCTAVO__V1__GENERATE_REQUEST__CONTINUATIONS_VALUE_CONTINUATIONS
      wire.continuations = UInt32(clamping: continuations)
    }
  }
}

extension GenerateRequest.Prompt {
  fileprivate init(reading wire: Octavo__V1__GenerateRequest) throws(OctavoError) {
    switch wire.prompt_case {
    case OCTAVO__V1__GENERATE_REQUEST__PROMPT_TEXT:
      self = .text(try Reading.text(wire.text, "text"))
    case OCTAVO__V1__GENERATE_REQUEST__PROMPT_IDS:
      guard let ids = wire.ids else { throw OctavoError(.invalidArgument, "ids is missing") }
      self = .ids(Reading.array(ids.pointee.n_ids, ids.pointee.ids))
    default:
      throw OctavoError(.invalidArgument, "the prompt is missing: give text or ids")
    }
  }

  fileprivate func write(to wire: inout Octavo__V1__GenerateRequest, in arena: Arena) {
    switch self {
    case .text(let text):
      wire.prompt_case = OCTAVO__V1__GENERATE_REQUEST__PROMPT_TEXT
      wire.text = arena.text(text)
    case .ids(let ids):
      wire.prompt_case = OCTAVO__V1__GENERATE_REQUEST__PROMPT_IDS
      wire.ids = arena.message(TokenIDList(ids: ids))
    }
  }
}
