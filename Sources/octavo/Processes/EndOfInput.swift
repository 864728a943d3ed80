import Foundation
import ServiceLifecycle

/// Ends its group when standard input ends, that is when the parent closes it or is gone.
struct EndOfInput: Service {
  func run() async throws {
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    // A thread of its own: the read blocks for as long as the parent lives.
    Thread.detachNewThread {
      while let bytes = try? FileHandle.standardInput.read(upToCount: 4_096), !bytes.isEmpty {}
      end.finish()
    }
    await cancelWhenGracefulShutdown {
      for await _ in ends {}
    }
  }
}
