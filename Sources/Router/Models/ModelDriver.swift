import ControlPlane
import Core
import Scheduling
import Telemetry

/// A model and the drivers of its instances.
struct ModelDriver: Sendable {
  let model: LoadedModel
  let instances: [InstanceDriver]
  let metrics: ModelMetrics

  init(_ model: LoadedModel, clock: ProcessClock, metrics: RouterMetrics) throws(OctavoError) {
    self.model = model
    self.metrics = metrics.model(model.name)
    let limits = try SchedulerLimits(capacity: model.served.capacity, waitingMax: model.waitingMax)
    instances = (0..<model.instanceCount).map { index in
      InstanceDriver(
        id: InstanceID("\(model.name)/\(index)"), of: model.name, limits: limits, clock: clock, metrics: metrics)
    }
  }

  /// The ready instance with the fewest requests.
  ///
  /// - Throws: UNAVAILABLE when none is ready.
  func leastLoaded() async throws(OctavoError) -> InstanceDriver {
    var best: (driver: InstanceDriver, load: Int)?
    for driver in instances {
      let load = await driver.load
      if load.isServing, load.requests < best?.load ?? .max { best = (driver, load.requests) }
    }
    guard let best else {
      throw OctavoError(
        .unavailable, "\(model.name) is not ready: see `octavo status` for what it waits for, and try again")
    }
    return best.driver
  }
}
