extension MetricDescription {
  static let ofStages = [
    stageBusy, stageBubble, stageQueue, stageTransfer, hopBytes, microbatches, microbatchRows,
  ]

  private static let stage = ["model_name", "engine", "stage", "worker"]

  static let stageBusy = MetricDescription(
    "octavo_stage_busy_seconds_total", .counter, labels: stage, "Time that the stage computed.")
  static let stageBubble = MetricDescription(
    "octavo_stage_bubble_seconds_total", .counter, labels: stage,
    "Time that the stage had nothing to compute, between two microbatches.")
  static let stageQueue = MetricDescription(
    "octavo_stage_queue_seconds_total", .counter, labels: stage,
    "Time that microbatches waited at the stage, summed over them.")
  static let stageTransfer = MetricDescription(
    "octavo_stage_transfer_seconds_total", .counter, labels: stage,
    "Time until the network took what the stage handed on.")
  static let hopBytes = MetricDescription(
    "octavo_hop_bytes_total", .counter, labels: stage, "Bytes of the frames that came to the stage.")
  static let microbatches = MetricDescription(
    "octavo_microbatches_total", .counter, labels: stage, "Microbatches that went through the stage.")
  static let microbatchRows = MetricDescription(
    "octavo_microbatch_rows", .histogram, labels: stage, buckets: .rows,
    "Rows of each microbatch that went through the stage.")
}
