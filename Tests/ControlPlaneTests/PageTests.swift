import ControlPlane
import Core
import Testing

/// How instances share the memory of workers.
@Suite struct PageTests {
  private let now = Moment(nanoseconds: 0)
  private static let mebibyte = 1 << 20

  private func plane(_ models: [InstanceID: ServedModel], workersExpected: Int) -> ControlPlane {
    var plane = ControlPlane(settings: ControlPlaneSettings(workersExpected: workersExpected, firstEpoch: Epoch(100)))
    for (id, model) in models.sorted(by: { $0.key < $1.key }) {
      #expect(plane.handle(.wanted(id, model), at: now).isEmpty)
    }
    return plane
  }

  private func join(
    _ plane: inout ControlPlane, _ id: String, mebibytes: Int, threads: Int = 1
  ) -> [LoadOrder] {
    let commands = plane.handle(
      .workerJoined(
        WorkerID(id), address: "host:\(id)", memory: ByteCount(mebibytes * Self.mebibyte), threads: threads,
        device: "cpu"), at: now)
    return loads(commands)
  }

  private func loads(_ commands: [ControlPlaneCommand]) -> [LoadOrder] {
    commands.compactMap { if case .load(let order) = $0 { order } else { nil } }
  }

  private func pages(_ orders: [LoadOrder], of instance: InstanceID) -> [Int] {
    orders.filter { $0.stage.instance == instance }.map(\.model.capacity.pageCount)
  }

  /// Two alike on two workers: each has half of what is left beside weights, and nothing is left over.
  @Test func instancesShareWhatIsLeft() throws {
    let model = try Fixtures.model(pageCountMax: 1 << 20)
    var plane = plane([Fixtures.instance: model, Fixtures.other: model], workersExpected: 2)
    _ = join(&plane, "a", mebibytes: 200)
    let orders = join(&plane, "b", mebibytes: 200)
    #expect(orders.map(\.range.layers) == [0..<4, 4..<8, 0..<4, 4..<8])
    let (one, other) = (pages(orders, of: Fixtures.instance), pages(orders, of: Fixtures.other))
    #expect(Set(one).count == 1)
    #expect(Set(other).count == 1)
    #expect(one[0] > model.capacity.pageCount)
    #expect(abs(one[0] - other[0]) <= 1, "equal but for what is less than a page")
    for address in ["host:a", "host:b"] {
      let taken = try orders.filter { $0.address == address }.reduce(0) { try $0 + Fixtures.bytes($1) }
      // A page of four layers is 32 KiB.
      #expect(taken <= 200 * Self.mebibyte && taken > 200 * Self.mebibyte - (64 << 10))
    }
  }

  /// The first could use all the memory there is, and the other is placed all the same.
  @Test func noInstanceTakesTheRoomOfAnother() throws {
    let small = try Fixtures.model()
    let greedy = try Fixtures.model(pageCountMax: 1 << 20)
    var plane = plane([Fixtures.instance: greedy, Fixtures.other: small], workersExpected: 1)
    let orders = join(&plane, "a", mebibytes: 160)
    #expect(pages(orders, of: Fixtures.instance).count == 1)
    #expect(pages(orders, of: Fixtures.other) == [small.capacity.pageCount])
  }

  /// The workers were there first: still, all that are wanted at once share them.
  @Test func instancesThatComeAfterTheWorkersShareThem() throws {
    let model = try Fixtures.model(pageCountMax: 1 << 20)
    var plane = plane([:], workersExpected: 1)
    _ = join(&plane, "a", mebibytes: 300)
    for instance in [Fixtures.instance, Fixtures.other] {
      #expect(plane.handle(.wanted(instance, model), at: now).isEmpty)
    }
    let orders = loads(plane.handle(.tick, at: now))
    let (one, other) = (pages(orders, of: Fixtures.instance), pages(orders, of: Fixtures.other))
    #expect(one.count == 1 && other.count == 1)
    #expect(abs(one[0] - other[0]) <= 1)
  }

  /// Who does not fit at all takes nothing from who does.
  @Test func anInstanceThatDoesNotFitKeepsNothingFree() throws {
    let greedy = try Fixtures.model(pageCountMax: 1 << 20)
    var huge = greedy
    huge.capacity.pageCount = 1 << 20
    var plane = plane([Fixtures.instance: huge, Fixtures.other: greedy], workersExpected: 1)
    let together = join(&plane, "a", mebibytes: 160)
    var alone = self.plane([Fixtures.other: greedy], workersExpected: 1)
    #expect(together.map(\.model) == join(&alone, "a", mebibytes: 160).map(\.model))
    #expect(together.count == 1)
    #expect(plane.instances[Fixtures.instance]?.isRefused == true)
    #expect(plane.instances[Fixtures.instance]?.pageCount == 0)
  }

  /// A worker dies for good: the instance goes on with fewer pages, and its pipeline is told.
  @Test func aSmallerPlaceHasFewerPages() throws {
    var plane = plane([Fixtures.instance: try Fixtures.model(pageCountMax: 1 << 20)], workersExpected: 2)
    _ = join(&plane, "a", mebibytes: 100)
    let first = join(&plane, "b", mebibytes: 200)
    #expect(try joined(&plane, first, at: now) == first[0].model.capacity.pageCount)
    _ = plane.handle(.workerLeft(WorkerID("b")), at: now)
    #expect(plane.instances[Fixtures.instance]?.pageCount == 0)
    let later = now.advanced(byNanoseconds: plane.settings.workersPatienceNs)
    _ = plane.handle(.workerHeard(WorkerID("a")), at: later)
    let second = loads(plane.handle(.tick, at: later))
    #expect(second.map(\.range.layers) == [0..<8])
    #expect(second[0].model.capacity.pageCount < first[0].model.capacity.pageCount)
    #expect(try joined(&plane, second, at: later) == second[0].model.capacity.pageCount)
  }

  /// Reports every stage loaded, as large as predicted.
  ///
  /// - Returns: the pages that the pipeline is joined with.
  private func joined(_ plane: inout ControlPlane, _ orders: [LoadOrder], at now: Moment) throws -> Int? {
    var commands: [ControlPlaneCommand] = []
    for order in orders {
      let bytes = try Fixtures.bytes(order)
      #expect(plane.instances[order.stage.instance]?.stages[order.stage.index].memory == ByteCount(bytes))
      commands = plane.handle(.stageLoaded(order.stage, order.epoch, memory: ByteCount(bytes)), at: now)
    }
    guard case .join(_, _, _, _, let pageCount) = commands.first else { return nil }
    return pageCount
  }

  @Test func aWorkerOfMoreThreadsHoldsMoreLayers() throws {
    var plane = plane([Fixtures.instance: try Fixtures.model(splitGoal: .prefill)], workersExpected: 2)
    _ = join(&plane, "a", mebibytes: 1_000, threads: 1)
    #expect(join(&plane, "b", mebibytes: 1_000, threads: 3).map(\.range.layers) == [0..<2, 2..<8])
  }
}
