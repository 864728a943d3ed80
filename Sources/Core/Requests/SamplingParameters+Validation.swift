extension SamplingParameters {
  /// - Throws: INVALID_ARGUMENT with the field and the value seen. NaN and infinities fail every range.
  package func validate() throws(OctavoError) {
    guard temperature >= 0, temperature <= Limits.temperatureMax else {
      throw .invalid("temperature", "\(temperature)", "give 0 (greedy) to \(Limits.temperatureMax)")
    }
    if let topK, topK < 1 {
      throw .invalid("top_k", "\(topK)", "give at least 1, or leave it out to keep every token")
    }
    guard topP > 0, topP <= 1 else {
      throw .invalid("top_p", "\(topP)", "give more than 0 and at most 1")
    }
    guard minP >= 0, minP <= 1 else {
      throw .invalid("min_p", "\(minP)", "give 0 to 1")
    }
    try Self.check("top_logprobs", topLogprobs)
    try Self.check("prompt_logprobs", promptLogprobs)
    guard repetitionPenalty > 0, repetitionPenalty <= Limits.repetitionPenaltyMax else {
      throw .invalid(
        "repetition_penalty", "\(repetitionPenalty)",
        "give more than 0 and at most \(Limits.repetitionPenaltyMax); 1 changes nothing")
    }
    try Self.check("presence_penalty", presencePenalty, Limits.penaltyMax)
    try Self.check("frequency_penalty", frequencyPenalty, Limits.penaltyMax)
    try checkBias()
  }

  private static func check(_ field: String, _ top: Int?) throws(OctavoError) {
    guard let top, !(0...Limits.topLogprobsMax).contains(top) else { return }
    throw .invalid(field, "\(top)", "give 0 to \(Limits.topLogprobsMax)")
  }

  private static func check(_ field: String, _ value: Float, _ most: Float) throws(OctavoError) {
    guard abs(value) <= most else { throw .invalid(field, "\(value)", "give \(-most) to \(most)") }
  }

  private func checkBias() throws(OctavoError) {
    guard logitBias.count <= Limits.logitBiasesMax else {
      throw .invalid("logit_bias", "\(logitBias.count) tokens", "give at most \(Limits.logitBiasesMax)")
    }
    for entry in logitBias { try Self.check("logit_bias", entry.bias, Limits.logitBiasMax) }
    for (one, next) in zip(logitBias, logitBias.dropFirst()) where one.token >= next.token {
      throw .invalid("logit_bias", "token \(next.token) after \(one.token)", "give each token once, in ascending order")
    }
  }
}
