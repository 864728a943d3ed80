import Messages
import RPC
import Synchronization
import Worker

/// A call whose flow control is the test's: it keeps what is sent until the test takes it.
final class HeldSink: MessageSink {
  struct Message {
    let payload: Payload
    let taken: @Sendable (Bool) -> Void

    var results: ResultsResponse {
      get throws { try ResultsResponse(payload) }
    }
  }

  private let messages: AsyncStream<Message>
  private let arrived: AsyncStream<Message>.Continuation
  private let count = Mutex(0)

  init() { (messages, arrived) = AsyncStream.makeStream() }

  var sentCount: Int { count.withLock { $0 } }

  func send(_ payload: Payload, taken: @escaping @Sendable (Bool) -> Void) {
    count.withLock { $0 += 1 }
    arrived.yield(Message(payload: payload, taken: taken))
  }

  /// The next message, once it is sent.
  func next() async -> Message {
    for await message in messages { return message }
    fatalError("a sink does not end")
  }
}
