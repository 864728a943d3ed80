import ControlPlane
import Core
import Testing

@Suite struct ControlPlaneTests {
  private var now = Moment(nanoseconds: 0)

  private func plane(workersExpected: Int) throws -> ControlPlane {
    var plane = ControlPlane(settings: ControlPlaneSettings(workersExpected: workersExpected, firstEpoch: Epoch(100)))
    #expect(plane.handle(.wanted(Fixtures.instance, try Fixtures.model()), at: now).isEmpty)
    return plane
  }

  private func join(
    _ plane: inout ControlPlane, _ id: String, at moment: Moment? = nil, memory: Int = 1 << 30
  ) -> [ControlPlaneCommand] {
    plane.handle(
      .workerJoined(WorkerID(id), address: "host:\(id)", memory: ByteCount(memory), threads: 1, device: "cpu"),
      at: moment ?? now)
  }

  private func loads(_ commands: [ControlPlaneCommand]) -> [LoadOrder] {
    commands.compactMap { if case .load(let order) = $0 { order } else { nil } }
  }

  /// Joins two workers and brings the instance up to the attempt to join its stages.
  private func joining() throws -> (ControlPlane, Epoch) {
    var plane = try plane(workersExpected: 2)
    _ = join(&plane, "a")
    var commands: [ControlPlaneCommand] = []
    for order in loads(join(&plane, "b")) {
      commands = plane.handle(.stageLoaded(order.stage, order.epoch, memory: ByteCount(1)), at: now)
    }
    guard case .join(_, let epoch, _, let addresses, _) = commands.first else {
      Issue.record("no attempt to join after the last stage: \(commands)")
      return (plane, Epoch(0))
    }
    #expect(addresses == ["host:a", "host:b"])
    return (plane, epoch)
  }

  @Test func waitsForTheWorkersItExpects() throws {
    var plane = try plane(workersExpected: 2)
    #expect(join(&plane, "a").isEmpty)
    #expect(plane.instances[Fixtures.instance]?.detail == "waits for workers: 1 of 2 have joined")
    let orders = loads(join(&plane, "b"))
    #expect(orders.map(\.address) == ["host:a", "host:b"])
    #expect(orders.map(\.range.layers) == [0..<4, 4..<8])
    #expect(orders.map(\.nextAddress) == ["host:b", nil])
    #expect(orders.allSatisfy { $0.epoch > Epoch(100) })
  }

  @Test func settlesForFewerWorkersAfterItsPatience() throws {
    var plane = try plane(workersExpected: 2)
    _ = join(&plane, "a")
    let later = now.advanced(byNanoseconds: plane.settings.workersPatienceNs)
    _ = plane.handle(.workerHeard(WorkerID("a")), at: later)
    #expect(loads(plane.handle(.tick, at: later)).map(\.range.layers) == [0..<8])
  }

  @Test func refusesWhatDoesNotFitAndSaysWhatIsMissing() throws {
    var plane = try plane(workersExpected: 1)
    #expect(join(&plane, "a", memory: 1 << 20).isEmpty)
    let record = try #require(plane.instances[Fixtures.instance])
    #expect(record.state == .waiting)
    #expect(record.isRefused)
    #expect(record.detail.contains("bytes"))
    #expect(loads(join(&plane, "b")).count == 1)
  }

  @Test func becomesReadyWhenItsPipelineStands() throws {
    var (plane, epoch) = try joining()
    _ = plane.handle(.pipelineJoined(Fixtures.instance, Epoch(epoch.rawValue - 1)), at: now)
    #expect(plane.instances[Fixtures.instance]?.state == .loading)
    _ = plane.handle(.pipelineJoined(Fixtures.instance, epoch), at: now)
    #expect(plane.instances[Fixtures.instance]?.state == .ready)
  }

  @Test func joinsAgainWithANewerEpochWhenAPipelineIsLost() throws {
    var (plane, epoch) = try joining()
    _ = plane.handle(.pipelineJoined(Fixtures.instance, epoch), at: now)
    let lost = OctavoError(.unavailable, "a cable was pulled")
    #expect(plane.handle(.pipelineLost(Fixtures.instance, epoch, lost), at: now) == [.part(Fixtures.instance, epoch)])
    let later = now.advanced(byNanoseconds: plane.settings.retryPauseNs)
    guard case .join(_, let next, _, _, _) = plane.handle(.tick, at: later).first else {
      Issue.record("no second attempt")
      return
    }
    #expect(next > epoch)
  }

  /// No pipeline stands while stages load: news of the loss of one is wrong, and nothing that is loading is joined.
  @Test func ignoresTheLossOfAPipelineThatDoesNotStand() throws {
    var plane = try plane(workersExpected: 1)
    let order = try #require(loads(join(&plane, "a")).first)
    let lost = OctavoError(.unavailable, "a cable was pulled")
    #expect(plane.handle(.pipelineLost(Fixtures.instance, order.epoch, lost), at: now).isEmpty)
    let later = now.advanced(byNanoseconds: plane.settings.retryPauseMaxNs)
    _ = plane.handle(.workerHeard(WorkerID("a")), at: later)
    #expect(plane.handle(.tick, at: later).isEmpty)
    #expect(plane.instances[Fixtures.instance]?.phase == .loading)
  }

  @Test func placesAnewAfterTooManyAttempts() throws {
    var (plane, epoch) = try joining()
    var moment = now
    var unloaded = 0
    for _ in 0..<20 where unloaded == 0 {
      let commands = plane.handle(
        .pipelineLost(Fixtures.instance, epoch, OctavoError(.unavailable, "no")), at: moment)
      unloaded = commands.count { if case .unload = $0 { true } else { false } }
      moment = moment.advanced(byNanoseconds: plane.settings.retryPauseMaxNs / 2)
      for worker in ["a", "b"] { _ = plane.handle(.workerHeard(WorkerID(worker)), at: moment) }
      if case .join(_, let next, _, _, _) = plane.handle(.tick, at: moment).first { epoch = next }
    }
    #expect(unloaded == 2)
  }

  @Test func losesSilentWorkersAndWithdrawsWhatStoodOnThem() throws {
    var (plane, epoch) = try joining()
    _ = plane.handle(.pipelineJoined(Fixtures.instance, epoch), at: now)
    let later = now.advanced(byNanoseconds: plane.settings.heartbeatTimeoutNs + 1)
    _ = plane.handle(.workerHeard(WorkerID("a")), at: later)
    let commands = plane.handle(.tick, at: later)
    #expect(plane.workers.keys.sorted() == [WorkerID("a")])
    #expect(commands.contains(.part(Fixtures.instance, epoch)))
    #expect(
      commands.contains(.unload(StageID(instance: Fixtures.instance, index: 0), epoch, address: "host:a")),
      "the stage on the worker that lives is dropped")
    #expect(plane.instances[Fixtures.instance]?.state == .waiting)
  }

  @Test func aWorkerAtAKnownAddressReplacesTheOneBefore() throws {
    var (plane, epoch) = try joining()
    _ = plane.handle(.pipelineJoined(Fixtures.instance, epoch), at: now)
    let commands = plane.handle(
      .workerJoined(WorkerID("c"), address: "host:b", memory: ByteCount(1 << 30), threads: 1, device: "cpu"), at: now)
    #expect(plane.workers.keys.sorted() == [WorkerID("a"), WorkerID("c")])
    #expect(commands.contains(.part(Fixtures.instance, epoch)))
    #expect(!commands.contains(.forget(address: "host:b")), "the address has a new owner")
  }

  @Test func forgetsTheAddressOfAWorkerThatIsGone() throws {
    var (plane, _) = try joining()
    #expect(plane.handle(.workerLeft(WorkerID("b")), at: now).contains(.forget(address: "host:b")))
    let later = now.advanced(byNanoseconds: plane.settings.heartbeatTimeoutNs + 1)
    #expect(plane.handle(.tick, at: later).contains(.forget(address: "host:a")))
  }

  /// A pipeline that joins well and breaks with its first frame is as bad as one that never joins.
  @Test func placesAnewAPipelineThatNeverStandsForLong() throws {
    var (plane, epoch) = try joining()
    var moment = now
    var withdrawn = false
    for _ in 0..<20 where !withdrawn {
      _ = plane.handle(.pipelineJoined(Fixtures.instance, epoch), at: moment)
      let commands = plane.handle(
        .pipelineLost(Fixtures.instance, epoch, OctavoError(.internal, "garbage")), at: moment)
      withdrawn = commands.contains { if case .unload = $0 { true } else { false } }
      moment = moment.advanced(byNanoseconds: plane.settings.retryPauseMaxNs / 2)
      for worker in ["a", "b"] { _ = plane.handle(.workerHeard(WorkerID(worker)), at: moment) }
      if case .join(_, let next, _, _, _) = plane.handle(.tick, at: moment).first { epoch = next }
    }
    #expect(withdrawn)
  }

  @Test func aPipelineThatStoodForLongIsForgivenItsFailures() throws {
    var (plane, epoch) = try joining()
    var moment = now
    for _ in 0..<20 {
      _ = plane.handle(.pipelineJoined(Fixtures.instance, epoch), at: moment)
      for _ in 0..<4 {
        moment = moment.advanced(byNanoseconds: plane.settings.healthyLifeNs / 4)
        for worker in ["a", "b"] { _ = plane.handle(.workerHeard(WorkerID(worker)), at: moment) }
      }
      let lost = plane.handle(.pipelineLost(Fixtures.instance, epoch, OctavoError(.unavailable, "lost")), at: moment)
      #expect(lost == [.part(Fixtures.instance, epoch)])
      moment = moment.advanced(byNanoseconds: plane.settings.retryPauseNs)
      guard case .join(_, let next, _, _, _) = plane.handle(.tick, at: moment).first else { break }
      epoch = next
    }
    #expect(moment >= now.advanced(byNanoseconds: 20 * plane.settings.healthyLifeNs))
  }

  /// What a worker reports is added up with what others report: one number past what it offers is refused.
  @Test func aStageThatClaimsMoreThanItsWorkerOffersIsRefused() throws {
    var plane = try plane(workersExpected: 1)
    let order = try #require(loads(join(&plane, "a")).first)
    let commands = plane.handle(.stageLoaded(order.stage, order.epoch, memory: ByteCount(.max)), at: now)
    #expect(commands.contains(.unload(order.stage, order.epoch, address: "host:a")))
    #expect(plane.memoryUsed(on: WorkerID("a")) == ByteCount(0))
    #expect(plane.instances[Fixtures.instance]?.detail.contains("claims") == true)
  }
}
