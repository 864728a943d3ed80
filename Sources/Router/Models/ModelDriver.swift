import ControlPlane
import Core
import Scheduling

/// A model and the drivers of its instances.
struct ModelDriver: Sendable {
  let model: LoadedModel
  let instances: [InstanceDriver]

  init(_ model: LoadedModel, clock: ProcessClock) throws(OctavoError) {
    self.model = model
    let limits = try SchedulerLimits(capacity: model.served.capacity)
    instances = (0..<model.instanceCount).map { index in
      InstanceDriver(id: InstanceID("\(model.name)/\(index)"), limits: limits, clock: clock)
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
