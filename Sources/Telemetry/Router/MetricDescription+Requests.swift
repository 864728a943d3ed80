extension MetricDescription {
  static let ofRequests = [
    promptTokens, generationTokens, requestSuccess, requestFailures, timeToFirstToken, interTokenLatency,
    requestLatency, requestQueueTime, requestPrefillTime, requestDecodeTime, requestPromptTokens,
    requestGenerationTokens, requestContinuations, requestMaxTokens,
  ]

  private static let model = ["model_name"]

  static let promptTokens = MetricDescription(
    "octavo_prompt_tokens_total", .counter, labels: model,
    "Prompt tokens of requests that came to their first token, cached ones included.")
  static let generationTokens = MetricDescription(
    "octavo_generation_tokens_total", .counter, labels: model, "Tokens generated.")
  static let requestSuccess = MetricDescription(
    "octavo_request_success_total", .counter, labels: model + ["finished_reason"],
    "Requests answered to their end, by reason: stop or length.")
  static let requestFailures = MetricDescription(
    "octavo_request_failures_total", .counter, labels: model + ["code"],
    "Requests refused or given up, by gRPC status; without a model's name where the request named none that is served.")
  static let timeToFirstToken = MetricDescription(
    "octavo_time_to_first_token_seconds", .histogram, labels: model,
    "From the arrival of a request at the router to its first token there.")
  static let interTokenLatency = MetricDescription(
    "octavo_inter_token_latency_seconds", .histogram, labels: model, buckets: .tokenSeconds,
    "Between two tokens of a sequence, at the router.")
  static let requestLatency = MetricDescription(
    "octavo_e2e_request_latency_seconds", .histogram, labels: model,
    "From the arrival of a request at the router to its last token there.")
  static let requestQueueTime = MetricDescription(
    "octavo_request_queue_time_seconds", .histogram, labels: model,
    "From the arrival of a request to its admission by the scheduler.")
  static let requestPrefillTime = MetricDescription(
    "octavo_request_prefill_time_seconds", .histogram, labels: model,
    "From the admission of a request to its first token.")
  static let requestDecodeTime = MetricDescription(
    "octavo_request_decode_time_seconds", .histogram, labels: model,
    "From the first token of a request to its last.")
  static let requestPromptTokens = MetricDescription(
    "octavo_request_prompt_tokens", .histogram, labels: model, buckets: .tokens,
    "Prompt tokens of each request that finished.")
  static let requestGenerationTokens = MetricDescription(
    "octavo_request_generation_tokens", .histogram, labels: model, buckets: .tokens,
    "Tokens generated for each request that finished, over its continuations.")
  static let requestContinuations = MetricDescription(
    "octavo_request_params_n", .histogram, labels: model, buckets: .continuations,
    "Continuations that each finished request asked for.")
  static let requestMaxTokens = MetricDescription(
    "octavo_request_params_max_tokens", .histogram, labels: model, buckets: .tokens,
    "The limit on tokens of each finished request that set one.")
}
