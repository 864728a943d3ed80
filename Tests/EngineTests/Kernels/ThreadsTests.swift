import CKernels
import Synchronization
import Testing

/// The pool of threads runs every part once and returns when all are done.
@Suite struct ThreadsTests {
  final class Counts: Sendable {
    let parts: [Atomic<Int>.Box]
    init(_ count: Int) { parts = (0..<count).map { _ in Atomic<Int>.Box() } }
  }

  @Test(arguments: [1, 2, 3, 8])
  func runsEveryPartOnce(_ threads: Int) throws {
    let pool = try #require(octavo_threads_create(threads))
    defer { octavo_threads_destroy(pool) }
    for round in 0..<2_000 {
      let counts = Counts(round % 17)
      octavo_threads_run(
        pool, counts.parts.count,
        { context, part in
          Unmanaged<Counts>.fromOpaque(context!).takeUnretainedValue().parts[part].value.add(1, ordering: .relaxed)
        }, Unmanaged.passUnretained(counts).toOpaque())
      #expect(counts.parts.allSatisfy { $0.value.load(ordering: .relaxed) == 1 })
    }
  }

  @Test func poolsComeAndGo() throws {
    for _ in 0..<200 {
      let pool = try #require(octavo_threads_create(4))
      octavo_threads_destroy(pool)
    }
  }
}

extension Atomic<Int> {
  /// Atomics cannot be copied; a class can.
  final class Box: Sendable {
    let value = Atomic<Int>(0)
  }
}
