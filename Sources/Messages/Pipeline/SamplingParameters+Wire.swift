package import COctavoProto
package import Core

extension SamplingParameters: WireMessage {
  package init(reading wire: Octavo__V1__Sampling) throws(OctavoError) {
    let hasTopK = wire.top_k_value_case == OCTAVO__V1__SAMPLING__TOP_K_VALUE_TOP_K
    let hasLogprobs = wire.top_logprobs_value_case == OCTAVO__V1__SAMPLING__TOP_LOGPROBS_VALUE_TOP_LOGPROBS
    let scores = wire.prompt_logprobs_value_case == OCTAVO__V1__SAMPLING__PROMPT_LOGPROBS_VALUE_PROMPT_LOGPROBS
    self.init(
      temperature: wire.temperature, topK: hasTopK ? Int(wire.top_k) : nil, topP: wire.top_p, minP: wire.min_p,
      seed: wire.seed, continuation: wire.continuation, topLogprobs: hasLogprobs ? Int(wire.top_logprobs) : nil,
      promptLogprobs: scores ? Int(wire.prompt_logprobs) : nil, repetitionPenalty: wire.repetition_penalty,
      presencePenalty: wire.presence_penalty, frequencyPenalty: wire.frequency_penalty,
      logitBias: try Reading.messages(wire.n_logit_bias, wire.logit_bias))
    try validate()
  }

  package func write(to wire: inout Octavo__V1__Sampling, in arena: Arena) {
    wire.temperature = temperature
    if let topK {
      wire.top_k_value_case = OCTAVO__V1__SAMPLING__TOP_K_VALUE_TOP_K
      wire.top_k = UInt32(topK)
    }
    wire.top_p = topP
    wire.min_p = minP
    wire.seed = seed
    wire.continuation = continuation
    if let topLogprobs {
      wire.top_logprobs_value_case = OCTAVO__V1__SAMPLING__TOP_LOGPROBS_VALUE_TOP_LOGPROBS
      wire.top_logprobs = UInt32(topLogprobs)
    }
    if let promptLogprobs {
      wire.prompt_logprobs_value_case = OCTAVO__V1__SAMPLING__PROMPT_LOGPROBS_VALUE_PROMPT_LOGPROBS
      wire.prompt_logprobs = UInt32(promptLogprobs)
    }
    wire.repetition_penalty = repetitionPenalty
    wire.presence_penalty = presencePenalty
    wire.frequency_penalty = frequencyPenalty
    (wire.n_logit_bias, wire.logit_bias) = arena.messages(logitBias)
  }
}
