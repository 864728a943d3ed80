import Core
import Telemetry
import Testing

@Suite struct RouterMetricsTests {
  let registry = MetricsRegistry()
  let metrics: RouterMetrics
  let name: ModelName

  init() throws {
    metrics = RouterMetrics(registry)
    name = try ModelName("kjv")
  }

  var lines: [String] { Exposition(registry.families).text.split(separator: "\n").map(String.init) }

  func missing(_ wanted: [String]) -> Set<String> { Set(wanted).subtracting(lines) }

  static func moment(_ seconds: Double) -> Moment { Moment(nanoseconds: UInt64(seconds * 1e9)) }

  @Test func countsARequestFromItsArrivalToItsEnd() {
    let model = metrics.model(name)
    model.promptComputed(tokens: 12)
    model.tokenGenerated(at: Self.moment(11.5), after: nil, arrival: Self.moment(10))
    model.tokenGenerated(at: Self.moment(11.75), after: Self.moment(11.5), arrival: Self.moment(10))
    model.requestFinished(
      FinishedRequest(
        reason: .length, promptTokens: 12, generatedTokens: 2, continuations: 1, maxTokens: 2,
        arrival: Self.moment(10), admission: Self.moment(10.5), firstToken: Self.moment(11.5),
        finish: Self.moment(11.75)))
    let wanted = [
      #"octavo_prompt_tokens_total{model_name="kjv"} 12"#,
      #"octavo_generation_tokens_total{model_name="kjv"} 2"#,
      #"octavo_time_to_first_token_seconds_sum{model_name="kjv"} 1.5"#,
      #"octavo_time_to_first_token_seconds_bucket{model_name="kjv",le="1.0"} 0"#,
      #"octavo_time_to_first_token_seconds_bucket{model_name="kjv",le="2.5"} 1"#,
      #"octavo_inter_token_latency_seconds_sum{model_name="kjv"} 0.25"#,
      #"octavo_request_success_total{finished_reason="length",model_name="kjv"} 1"#,
      #"octavo_request_success_total{finished_reason="stop",model_name="kjv"} 0"#,
      #"octavo_e2e_request_latency_seconds_sum{model_name="kjv"} 1.75"#,
      #"octavo_request_queue_time_seconds_sum{model_name="kjv"} 0.5"#,
      #"octavo_request_prefill_time_seconds_sum{model_name="kjv"} 1"#,
      #"octavo_request_decode_time_seconds_sum{model_name="kjv"} 0.25"#,
      #"octavo_request_prompt_tokens_sum{model_name="kjv"} 12"#,
      #"octavo_request_generation_tokens_sum{model_name="kjv"} 2"#,
      #"octavo_request_params_n_count{model_name="kjv"} 1"#,
      #"octavo_request_params_max_tokens_sum{model_name="kjv"} 2"#,
    ]
    #expect(missing(wanted) == [])
  }

  @Test func countsFailuresByStatusAndNamesNoModelThatIsNotServed() {
    metrics.model(name).requestFailed(.resourceExhausted)
    metrics.requestFailed(.notFound)
    #expect(lines.contains(#"octavo_request_failures_total{code="RESOURCE_EXHAUSTED",model_name="kjv"} 1"#))
    #expect(lines.contains(#"octavo_request_failures_total{code="NOT_FOUND"} 1"#))
  }

  @Test func showsTheSchedulerOfAnInstance() {
    let instance = metrics.instance(InstanceID("kjv/0"), of: name)
    instance.queues(running: 3, waiting: 4)
    instance.pages(used: 1, of: 4)
    instance.preempted()
    instance.prefixLookedUp(tokens: 100, found: 64)
    instance.microbatchSent(rows: 16)
    instance.microbatches(inFlight: 2)
    instance.stepped(nanoseconds: 1_000_000)
    let labels = #"{engine="kjv/0",model_name="kjv"}"#
    let wanted = [
      "octavo_num_requests_running\(labels) 3", "octavo_num_requests_waiting\(labels) 4",
      "octavo_kv_cache_usage_perc\(labels) 0.25", "octavo_num_preemptions_total\(labels) 1",
      "octavo_prefix_cache_queries_total\(labels) 100", "octavo_prefix_cache_hits_total\(labels) 64",
      "octavo_iteration_tokens_total_sum\(labels) 16", "octavo_microbatches_in_flight\(labels) 2",
      "octavo_scheduler_step_seconds_sum\(labels) 0.001",
    ]
    #expect(missing(wanted) == [])
    instance.pages(used: 0, of: 0)
    #expect(lines.contains("octavo_kv_cache_usage_perc\(labels) 0"))
    instance.retire()
    #expect(!lines.contains { $0.contains("engine=") })
  }

  @Test func addsUpWhatAStageDid() {
    let stage = metrics.stage(StageID(instance: InstanceID("kjv/0"), index: 1), of: name, on: WorkerID("worker-2"))
    let timing = StageTiming(
      idleNs: 250_000_000, queuedNs: 500_000_000, runNs: 1_000_000_000, sendNs: 125_000_000, receivedBytes: 4_096)
    stage.record(timing, rows: 8)
    stage.record(timing, rows: 1)
    let labels = #"{engine="kjv/0",model_name="kjv",stage="1",worker="worker-2"}"#
    let wanted = [
      "octavo_stage_busy_seconds_total\(labels) 2", "octavo_stage_bubble_seconds_total\(labels) 0.5",
      "octavo_stage_queue_seconds_total\(labels) 1", "octavo_stage_transfer_seconds_total\(labels) 0.25",
      "octavo_hop_bytes_total\(labels) 8192", "octavo_microbatches_total\(labels) 2",
      "octavo_microbatch_rows_sum\(labels) 9",
    ]
    #expect(missing(wanted) == [])
    let worst = UInt64.max
    stage.record(
      StageTiming(idleNs: worst, queuedNs: worst, runNs: worst, sendNs: worst, receivedBytes: worst), rows: 1)
    stage.retire()
    #expect(!lines.contains { $0.contains("worker=") })
  }

  /// Each metric that the router and the process make, and no other, is described; labels are as described.
  @Test func makesWhatIsDescribed() {
    ProcessMetrics(version: "1.2.3").register(in: registry)
    _ = metrics.model(name)
    _ = metrics.instance(InstanceID("kjv/0"), of: name)
    _ = metrics.stage(StageID(instance: InstanceID("kjv/0"), index: 0), of: name, on: WorkerID("worker-1"))
    let made = registry.families
    #expect(made.map(\.description.name).sorted() == MetricDescription.all.map(\.name).sorted())
    for family in made {
      #expect(MetricDescription.all.contains(family.description))
      for sample in family.samples where family.description.name != "octavo_request_failures_total" {
        #expect(sample.labels.labels.map(\.name) == family.description.labels.sorted(), "\(family.description.name)")
      }
    }
  }

  @Test func namesSayTheirKindAndUnit() {
    for description in MetricDescription.all {
      let name = description.name
      #expect(name.hasPrefix("octavo_") || name.hasPrefix("process_"))
      #expect(description.help.hasSuffix(".") && !description.help.contains("\n"))
      // vLLM's own name, kept so that its dashboards work.
      if name != "octavo_iteration_tokens_total" {
        #expect(name.hasSuffix("_total") == (description.kind == .counter), "\(name)")
      }
    }
  }
}
