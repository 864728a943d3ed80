import Core
import Messages
import TestSupport
import Testing
import Worker

@Suite struct FrameQueueTests {
  /// A queue, in numbers.
  private final class Numbers {
    struct Begun: Equatable {
      let id: UInt64
      let timing: StageTiming
    }

    private var queue = FrameQueue(openedAt: Moment(nanoseconds: 100))

    var isFull: Bool { queue.isFull }

    func add(_ id: UInt64, bytes: Int = 1, at nanoseconds: UInt64 = 100) throws -> Bool {
      let microbatch = Microbatch(id: MicrobatchID(id), epoch: Epoch(1), route: [])
      return try queue.add(
        ReceivedFrame(Frame(microbatch: microbatch), byteCount: bytes, arrival: Moment(nanoseconds: nanoseconds)))
    }

    func begin(at nanoseconds: UInt64 = 200) -> Begun? {
      queue.begin(at: Moment(nanoseconds: nanoseconds)).map {
        Begun(id: $0.frame.microbatch.id.rawValue, timing: $0.timing)
      }
    }

    func end(at nanoseconds: UInt64 = 300) -> FrameQueue.Next { queue.end(at: Moment(nanoseconds: nanoseconds)) }
    func noteLastFrame() -> Bool { queue.noteLastFrame() }
    func close() { queue.close() }
  }

  @Test func aFrameThatFindsTheStageBusyIsQueuedAndNoneIsIdledFor() throws {
    let queue = Numbers()
    #expect(try queue.add(1, bytes: 7, at: 130))
    #expect(try !queue.add(2, bytes: 8, at: 150))
    #expect(
      queue.begin(at: 140) == .init(id: 1, timing: StageTiming(idleNs: 30, queuedNs: 10, receivedBytes: 7)))
    #expect(queue.end(at: 1_000) == .frame)
    #expect(
      queue.begin(at: 1_001) == .init(id: 2, timing: StageTiming(idleNs: 0, queuedNs: 851, receivedBytes: 8)))
    #expect(queue.end(at: 1_500) == .rest)
    #expect(try queue.add(3, at: 1_600))
    #expect(queue.begin(at: 1_700)?.timing == StageTiming(idleNs: 100, queuedNs: 100, receivedBytes: 1))
  }

  /// Whatever comes when: each frame runs once, in order, and the stage is told of one whenever it is free.
  @Test func everyFrameRunsOnceInOrder() throws {
    var random = SeededGenerator(seed: 3)
    let queue = Numbers()
    var added: UInt64 = 0
    var begun: UInt64 = 0
    var isTold = false
    var isRunning = false
    for _ in 0..<10_000 {
      if Bool.random(using: &random), added < begun + 50 {
        let mustTell = try queue.add(added)
        #expect(mustTell == (!isTold && !isRunning))
        isTold = isTold || mustTell
        added += 1
      } else if isTold {
        #expect(queue.begin()?.id == begun)
        begun += 1
        isTold = false
        isRunning = true
      } else if isRunning {
        isTold = queue.end() == .frame
        #expect(isTold == (begun < added))
        isRunning = false
      }
    }
    #expect(begun > 1_000)
  }

  @Test func asManyFramesWaitAsMayAndNoMore() throws {
    let queue = Numbers()
    for id in 0..<UInt64(FrameQueue.framesMax) { _ = try queue.add(id) }
    let error = #expect(throws: OctavoError.self) { try queue.add(0) }
    #expect(error?.code == .resourceExhausted && error?.message.contains("1024") == true)
    #expect(queue.begin()?.id == 0)
    #expect(try !queue.add(9))
  }

  @Test func bytesHoldUpTheReceiverAndNeverTheOnlyFrame() throws {
    let queue = Numbers()
    #expect(!queue.isFull)
    _ = try queue.add(1, bytes: FrameQueue.bytesMax - 1)
    #expect(!queue.isFull)
    _ = try queue.add(2, bytes: 1)
    #expect(queue.isFull)
    _ = queue.begin()
    #expect(!queue.isFull)
    _ = try queue.add(3, bytes: Limits.frameBytesMax)
    #expect(queue.isFull)
    queue.close()
    #expect(!queue.isFull)
  }

  @Test func theLastFrameEndsTheEpochOnceItHasRun() throws {
    #expect(Numbers().noteLastFrame())
    let busy = Numbers()
    _ = try busy.add(1)
    _ = try busy.add(2)
    _ = busy.begin()
    #expect(!busy.noteLastFrame())
    #expect(busy.end() == .frame)
    _ = busy.begin()
    #expect(busy.end() == .over)
  }

  @Test func aClosedQueueForgetsAndTakesNothing() throws {
    let queue = Numbers()
    _ = try queue.add(1)
    queue.close()
    #expect(queue.begin() == nil)
    #expect(try !queue.add(2))
    #expect(queue.begin() == nil)
    #expect(!queue.noteLastFrame())
  }
}
