extension MetricDescription {
  static let ofScheduling = [
    requestsRunning, requestsWaiting, preemptions, cacheUsage, prefixQueries, prefixHits, iterationTokens,
    microbatchesInFlight, schedulerStep,
  ]

  private static let engine = ["model_name", "engine"]

  static let requestsRunning = MetricDescription(
    "octavo_num_requests_running", .gauge, labels: engine, "Sequences that the scheduler has admitted.")
  static let requestsWaiting = MetricDescription(
    "octavo_num_requests_waiting", .gauge, labels: engine, "Sequences that wait to be admitted.")
  static let preemptions = MetricDescription(
    "octavo_num_preemptions_total", .counter, labels: engine,
    "Sequences dropped for lack of pages, to be computed again.")
  static let cacheUsage = MetricDescription(
    "octavo_kv_cache_usage_perc", .gauge, labels: engine,
    "Pages of KV in use, from 0 to 1 of those there are; cached prefixes that nobody uses count as free.")
  static let prefixQueries = MetricDescription(
    "octavo_prefix_cache_queries_total", .counter, labels: engine, "Prompt tokens looked up in the prefix cache.")
  static let prefixHits = MetricDescription(
    "octavo_prefix_cache_hits_total", .counter, labels: engine, "Prompt tokens found in the prefix cache.")
  static let iterationTokens = MetricDescription(
    "octavo_iteration_tokens_total", .histogram, labels: engine, buckets: .rows,
    "Rows of each microbatch that the scheduler sent, one a token.")
  static let microbatchesInFlight = MetricDescription(
    "octavo_microbatches_in_flight", .gauge, labels: engine, "Microbatches sent and not yet back.")
  static let schedulerStep = MetricDescription(
    "octavo_scheduler_step_seconds", .histogram, labels: engine, buckets: .stepSeconds,
    "What one decision of the scheduler took.")
}
