import CKernels
import Core
import Engine
import Foundation
import Synchronization
import TestSupport
import Testing

/// The pool of threads runs every part once and returns when all are done, whoever else wants the CPUs.
@Suite(.timeLimit(.minutes(5))) struct ThreadsTests {
  @Test(arguments: [1, 2, 3, 8])
  func runsEveryPartOnce(_ threads: Int) throws {
    let pool = try #require(octavo_threads_create(threads))
    defer { octavo_threads_destroy(pool) }
    var generator = SeededGenerator(seed: UInt64(threads))
    let counts = Counts(24)
    for _ in 0..<250_000 {
      let parts = Int.random(in: 0...24, using: &generator)
      counts.run(parts, on: pool)
      guard counts.takeAll(parts) else {
        Issue.record("\(parts) parts did not run once each")
        return
      }
    }
  }

  @Test func runsMorePartsThanOneJobHolds() throws {
    let pool = try #require(octavo_threads_create(3))
    defer { octavo_threads_destroy(pool) }
    let counts = Counts(200_000)
    for parts in [65_534, 65_535, 65_536, 131_070, 200_000] {
      counts.run(parts, on: pool)
      #expect(counts.takeAll(parts))
    }
  }

  @Test func poolsComeAndGo() throws {
    let counts = Counts(4)
    for round in 0..<300 {
      let pool = try #require(octavo_threads_create(4))
      if round % 3 == 1 { usleep(200) }
      if round % 3 != 0 { counts.run(4, on: pool) }
      octavo_threads_destroy(pool)
      #expect(round % 3 == 0 || counts.takeAll(4))
    }
  }

  @Test func manyPoolsShareFewCPUs() async throws {
    let cpus = CPUSet.allowed.cpus.map(UInt32.init)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<8 {
        group.addTask {
          let pinned = (0..<4).map { cpus[$0 % cpus.count] }
          let created = index % 2 == 0 ? octavo_threads_create(4) : octavo_threads_create_pinned(4, pinned)
          let pool = try #require(created)
          defer { octavo_threads_destroy(pool) }
          let counts = Counts(16)
          for round in 0..<3_000 {
            counts.run(round % 17, on: pool)
            guard counts.takeAll(round % 17) else { throw OctavoError(.internal, "a part did not run once") }
          }
        }
      }
      try await group.waitForAll()
    }
  }

  /// One thread stays in a part until all others have run: they must come from its own share.
  @Test func nobodyWaitsForMoreThanThePartAThreadIsAt() throws {
    let pool = try #require(octavo_threads_create(2))
    defer { octavo_threads_destroy(pool) }
    for blocked in [0, 3, 4, 7] {
      let done = Atomic<Int>.Box()
      Self.run(8, on: pool) { part in
        while part == blocked, done.value.load(ordering: .relaxed) < 7 { sched_yield() }
        done.value.add(1, ordering: .relaxed)
      }
      #expect(done.value.load(ordering: .relaxed) == 8)
    }
  }

  @Test func theHelpersOfAnIdlePoolFallAsleep() async {
    // In a process of its own, whose other threads are known.
    await #expect(processExitsWith: .success) {
      let cpus = CPUSet.allowed.cpus.map(UInt32.init)
      let pinned = try #require(octavo_threads_create_pinned(3, [cpus[0], cpus[0], cpus[0]]))
      let pool = try #require(octavo_threads_create(3))
      for pool in [pinned, pool] { Counts(6).run(6, on: pool) }
      let deadline = ContinuousClock.now + .seconds(30)
      while try ThreadsTests.helpersAsleep() < 4 {
        try #require(ContinuousClock.now < deadline, "helpers spin on")
        usleep(1_000)
      }
      octavo_threads_destroy(pinned)
      octavo_threads_destroy(pool)
    }
  }

  /// Helpers of this process that sleep in the kernel.
  static func helpersAsleep() throws -> Int {
    let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
    let states = tasks.compactMap { try? String(contentsOfFile: "/proc/self/task/\($0)/stat", encoding: .utf8) }
    return states.count { $0.contains("(octavo-compute) S ") }
  }

  @Test func helpersStayOnTheirCPUs() throws {
    let cpu = try #require(CPUSet.allowed.cpus.last)
    let pool = try #require(octavo_threads_create_pinned(2, [UInt32(cpu), UInt32(cpu)]))
    defer { octavo_threads_destroy(pool) }
    let mine = CPUSet.allowed
    let seen = Mutex<[CPUSet]>([])
    let begun = Atomic<Int>.Box()
    Self.run(2, on: pool) { _ in
      begun.value.add(1, ordering: .relaxed)
      while begun.value.load(ordering: .relaxed) < 2 { sched_yield() }
      seen.withLock { $0.append(CPUSet.allowed) }
    }
    let sets = seen.withLock { $0 }
    #expect(sets.count == 2)
    #expect(Set(sets) == [mine, CPUSet([cpu])])
  }

  @Test func aCallerIsHeldOnItsCPUForATime() throws {
    let mine = CPUSet.allowed
    let cpu = try #require(mine.cpus.first)
    #expect(CallerCPU(EngineOptions(threads: 1, cpus: [cpu])).hold { CPUSet.allowed } == CPUSet([cpu]))
    #expect(CPUSet.allowed == mine)
    #expect(CallerCPU(EngineOptions(threads: 2, cpus: [cpu])).hold { CPUSet.allowed } == mine)
    // Of no machine, as when a container loses a CPU.
    #expect(CallerCPU(EngineOptions(threads: 1, cpus: [CPUSet.cpusMax - 1])).hold { CPUSet.allowed } == mine)
    #expect(CallerCPU(EngineOptions(threads: 1, cpus: [.max])).hold { CPUSet.allowed } == mine)
  }

  /// Counts how often each part ran, each in a cache line of its own. Not atomic: that is the pool's to order.
  final class Counts: @unchecked Sendable {
    private static let stride = 16
    private let hits: UnsafeMutablePointer<Int32>
    private let count: Int

    init(_ count: Int) {
      self.count = count
      hits = .allocate(capacity: (count + 1) * Self.stride)
      hits.initialize(repeating: 0, count: (count + 1) * Self.stride)
    }

    deinit { hits.deallocate() }

    func run(_ parts: Int, on pool: OpaquePointer) {
      octavo_threads_run(
        pool, parts, { $0!.assumingMemoryBound(to: Int32.self)[$1 * Counts.stride] += 1 }, hits)
    }

    /// Whether just the first `parts` ran, once each; forgets them.
    func takeAll(_ parts: Int) -> Bool {
      var isRight = true
      for part in 0..<min(count, parts + 1) {
        isRight = isRight && hits[part * Self.stride] == (part < parts ? 1 : 0)
        hits[part * Self.stride] = 0
      }
      return isRight
    }
  }

  static func run(_ parts: Int, on pool: OpaquePointer, _ body: (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { pointer in
        octavo_threads_run(
          pool, parts, { $0!.assumingMemoryBound(to: ((Int) -> Void).self).pointee($1) },
          UnsafeMutableRawPointer(mutating: pointer))
      }
    }
  }
}

extension Atomic<Int> {
  /// Atomics cannot be copied; a class can.
  final class Box: Sendable {
    let value = Atomic<Int>(0)
  }
}
