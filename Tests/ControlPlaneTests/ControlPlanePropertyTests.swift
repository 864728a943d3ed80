import ControlPlane
import Core
import Testing

@Suite struct ControlPlanePropertyTests {
  /// Whatever happened before, once faults end and two large workers are there, the instance is served.
  @Test(arguments: 0..<8)
  func alwaysComesBack(seed: UInt64) throws {
    var world = try ClusterWorld(seed: seed)
    for _ in 0..<150_000 {
      switch Int.random(in: 0..<100, using: &world.random) {
      case 0: if world.workers.count < 6 { world.addWorker() }
      case 1: world.killWorker()
      case 2: lose(&world)
      case 3..<30: world.pass(milliseconds: .random(in: 1...400, using: &world.random))
      case 30..<35: world.unload()
      case 35..<65: world.load()
      default: world.join()
      }
    }
    #expect(world.readyCount > 100, "faults left hardly any time to serve")
    heal(&world)
    #expect(world.plane.instances[Fixtures.instance]?.state == .ready)
  }

  private func lose(_ world: inout ClusterWorld) {
    guard let record = world.plane.instances[Fixtures.instance] else { return }
    world.tell(.pipelineLost(Fixtures.instance, record.epoch, OctavoError(.unavailable, "lost")))
  }

  private func heal(_ world: inout ClusterWorld) {
    world.isFaulty = false
    for _ in 0..<3 { world.addWorker() }
    for _ in 0..<2_000 where world.plane.instances[Fixtures.instance]?.state != .ready {
      world.pass(milliseconds: 50)
      world.load()
      world.join()
    }
  }
}
