import Core
import Testing

@Suite struct SamplingParametersTests {
  @Test(arguments: [
    SamplingParameters(), .greedy, SamplingParameters(temperature: 100, topK: 1, topP: 1e-30, minP: 1, topLogprobs: 0),
    SamplingParameters(temperature: -0.0, topK: .max, minP: 0, topLogprobs: 20),
  ])
  func takesTheWholeRange(parameters: SamplingParameters) throws {
    try parameters.validate()
  }

  @Test(arguments: [
    (SamplingParameters(temperature: .nan), "temperature"), (SamplingParameters(temperature: .infinity), "temperature"),
    (SamplingParameters(temperature: -0.1), "temperature"), (SamplingParameters(temperature: 100.1), "temperature"),
    (SamplingParameters(topK: 0), "top_k"), (SamplingParameters(topK: -1), "top_k"),
    (SamplingParameters(topP: 0), "top_p"),
    (SamplingParameters(topP: .nan), "top_p"), (SamplingParameters(topP: 1.01), "top_p"),
    (SamplingParameters(topP: -.infinity), "top_p"), (SamplingParameters(minP: -0.1), "min_p"),
    (SamplingParameters(minP: .nan), "min_p"), (SamplingParameters(minP: 1.1), "min_p"),
    (SamplingParameters(topLogprobs: -1), "top_logprobs"), (SamplingParameters(topLogprobs: 21), "top_logprobs"),
  ])
  func namesTheFieldThatIsOutside(parameters: SamplingParameters, field: String) {
    let error = #expect(throws: OctavoError.self) { try parameters.validate() }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.hasPrefix("\(field) is ") == true)
  }
}
