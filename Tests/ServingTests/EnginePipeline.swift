import Checkpoints
import Core
import Engine
import Foundation
import Models
import Scheduling

/// The scheduler over real stages in one process: what a router and its workers do, without the network.
struct EnginePipeline {
  private let engines: [StageEngine]
  var scheduler: Scheduler
  var now = Moment(nanoseconds: 0)
  private var epoch = Epoch(0)
  /// Sent, not yet run by any stage; the network in between delivers in order, but not at once.
  private(set) var flying: [Microbatch] = []

  static func openFixture() throws -> Checkpoint {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try Checkpoint.open(tests.appending(path: "Fixtures/kjv").path)
  }

  init(_ checkpoint: Checkpoint, stages: Int, capacity: StageCapacity) throws {
    let layers = checkpoint.architecture.layerCount
    engines = try (0..<stages).map { index in
      let range = StageRange(
        layers: layers * index / stages..<layers * (index + 1) / stages, embeds: index == 0,
        projects: index == stages - 1)
      return try StageEngine(
        checkpoint: checkpoint, range: range, configuration: .int8, capacity: capacity,
        stage: StageID(instance: InstanceID("test"), index: index))
    }
    scheduler = Scheduler(limits: try SchedulerLimits(capacity: capacity, waitingMax: 1_000))
    open()
  }

  /// A new epoch: the stages forget everything.
  mutating func open() {
    epoch.rawValue += 1
    flying = []
    for engine in engines { engine.closeAll() }
    _ = scheduler.open(epoch: epoch, stages: engines.map(\.stage))
  }

  mutating func step() -> [SchedulerOutput] {
    now = now.advanced(byNanoseconds: 1_000_000)
    let (outputs, batches) = scheduler.step(at: now)
    flying += batches
    return outputs
  }

  /// The oldest microbatch passes through all stages.
  mutating func complete() throws -> [SchedulerOutput] {
    guard !flying.isEmpty else { return [] }
    var batch = flying.removeFirst()
    var activations: [UInt8] = []
    var timings: [StageTiming] = []
    for (stage, engine) in engines.enumerated() {
      let output = try engine.run(batch, activations: activations.span.bytes)
      // By rule, not by the clock: what is scheduled is the same in every run.
      timings.append(StageTiming(runNs: UInt64(200_000 + 20_000 * batch.rowCount * (stage + 1))))
      switch output {
      case .activations(let rows):
        activations = rows
        batch = batch.forwarded
      case .sampled(let tokens, let scores):
        now = now.advanced(byNanoseconds: timings.reduce(0) { $0 + $1.runNs })
        return try scheduler.complete(
          batch.id, epoch: epoch, tokens: tokens, scores: scores, timings: timings, at: now)
      }
    }
    return []
  }

  /// Pages that no stage gives to anyone.
  var freePages: [Int] { engines.map(\.freePageCount) }
  var openSequences: [Int] { engines.map(\.openSequenceCount) }
}
