import Core
import JSON
import Messages

/// A cluster's status for people and for programs.
struct StatusReport {
  let status: StatusResponse

  init(_ status: StatusResponse) { self.status = status }

  var text: String {
    "router \(status.softwareVersion), up \(Int(status.uptimeSeconds)) s\n\n\(workers)\n\(models)\n\(stages)\(details)"
  }

  private var workers: String {
    guard !status.workers.isEmpty else { return "no workers have joined\n" }
    var table = Table([
      .init(title: "WORKER"), .init(title: "ADDRESS"), .init(title: "DEVICE"), .init(title: "THREADS", isNumber: true),
      .init(title: "MEMORY", isNumber: true), .init(title: "USED", isNumber: true),
      .init(title: "HEARD", isNumber: true),
    ])
    for worker in status.workers {
      table.add([
        worker.worker.rawValue, worker.address, worker.device, "\(worker.threads)",
        "\(ByteCount(worker.memoryBytes))", "\(ByteCount(worker.memoryUsedBytes))",
        "\(Int(worker.secondsSinceHeartbeat * 1_000)) ms ago",
      ])
    }
    return table.text
  }

  private var models: String {
    var table = Table([
      .init(title: "MODEL"), .init(title: "DIGEST"), .init(title: "PRECISION"), .init(title: "WIRE"),
      .init(title: "OPTIMIZED FOR"), .init(title: "READY", isNumber: true),
      .init(title: "WAITING", isNumber: true), .init(title: "RUNNING", isNumber: true),
      .init(title: "FINISHED", isNumber: true), .init(title: "FAILED", isNumber: true),
    ])
    for model in status.models {
      let ready = model.instances.count { $0.state == .ready }
      table.add([
        model.model.name.text, model.model.digest.short, model.model.configuration.precision.rawValue,
        model.model.configuration.wire.rawValue, model.splitGoal.rawValue,
        "\(ready)/\(model.instances.count)", "\(model.requestsWaiting)", "\(model.requestsRunning)",
        "\(model.requestsFinished)", "\(model.requestsFailed)",
      ])
    }
    return table.text
  }

  private var stages: String {
    let placed = status.models.flatMap(\.instances).filter { !$0.stages.isEmpty }
    guard !placed.isEmpty else { return "" }
    var table = Table([
      .init(title: "STAGE"), .init(title: "WORKER"), .init(title: "LAYERS"), .init(title: "MEMORY", isNumber: true),
      .init(title: "KV TOKENS", isNumber: true), .init(title: "LOADED", isNumber: true),
    ])
    for instance in placed {
      for stage in instance.stages {
        table.add([
          "\(stage.stage)", stage.worker.rawValue,
          "\(stage.range.layers.lowerBound) to \(stage.range.layers.upperBound - 1)",
          "\(ByteCount(stage.memoryBytes))", "\(instance.pageCount * Limits.tokensPerPage)",
          "\(Int(stage.loadedFraction * 100))%",
        ])
      }
    }
    return table.text
  }

  /// What a person should know of instances that are not well.
  private var details: String {
    status.models.flatMap(\.instances).filter { !$0.detail.isEmpty }
      .map { "\n\($0.instance) is \($0.state.rawValue): \($0.detail)\n" }.joined()
  }
}
