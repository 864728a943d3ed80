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
    if let topLogprobs, !(0...Limits.topLogprobsMax).contains(topLogprobs) {
      throw .invalid("top_logprobs", "\(topLogprobs)", "give 0 to \(Limits.topLogprobsMax)")
    }
  }
}
