import ControlPlane
import Core
import Testing

@Suite struct ControlPlanePropertyTests {
  /// Whatever happened before, once faults end and large workers are there, every instance is served.
  @Test(arguments: 0..<8)
  func alwaysComesBack(seed: UInt64) throws {
    var world = try ClusterWorld(seed: seed)
    for _ in 0..<50_000 {
      switch Int.random(in: 0..<100, using: &world.random) {
      case 0: if world.workers.count < 6 { world.addWorker() }
      case 1: world.killWorker()
      case 2: lose(&world)
      case 3..<30: world.pass(milliseconds: .random(in: 1...400, using: &world.random))
      case 30..<35: world.unload()
      case 35..<65: try world.load()
      default: world.join()
      }
    }
    #expect(world.readyCount > 50, "faults left hardly any time to serve")
    #expect(world.pageCountsSeen.count > 10, "pages hardly ever followed memory")
    try heal(&world)
    #expect(world.isServed)
  }

  private func lose(_ world: inout ClusterWorld) {
    let instance = ClusterWorld.instances.randomElement(using: &world.random)!
    guard let record = world.plane.instances[instance] else { return }
    world.tell(.pipelineLost(instance, record.epoch, OctavoError(.unavailable, "lost")))
  }

  private func heal(_ world: inout ClusterWorld) throws {
    world.isFaulty = false
    for _ in 0..<3 { world.addWorker(memory: (400 << 20)...(800 << 20)) }
    for _ in 0..<4_000 where !world.isServed {
      world.pass(milliseconds: 50)
      world.unload()
      try world.load()
      world.join()
    }
  }
}
