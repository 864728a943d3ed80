import Foundation

/// One worker process. It lives as long as its standard input is open, so it ends with its parent, however that ends.
struct WorkerChild: Sendable {
  /// A worker that has not ended so long after it was asked to is killed.
  private static let patience: Duration = .seconds(20)

  private let arguments: [String]

  init(_ arguments: [String]) { self.arguments = arguments }

  /// Runs until the process ends; cancelling the task asks it to.
  ///
  /// - Returns: how it ended, for the log.
  func run() async -> String {
    let process = Process()
    let input = Pipe()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = ["worker", "--stop-at-end-of-input"] + arguments
    process.standardInput = input
    let (endings, ending) = AsyncStream.makeStream(of: String.self)
    process.terminationHandler = { process in
      ending.yield("\(process.terminationReason == .exit ? "exit code" : "signal") \(process.terminationStatus)")
      ending.finish()
    }
    do {
      try process.run()
    } catch {
      return "not started: \(error)"
    }
    let child = Child(process: process, input: input)
    return await withTaskCancellationHandler {
      await Self.first(of: endings)
    } onCancel: {
      child.stop(after: Self.patience)
    }
  }

  /// Waits even when the task is cancelled: a child is never left behind.
  private static func first(of endings: AsyncStream<String>) async -> String {
    await Task.detached {
      for await ending in endings { return ending }
      return "unknown"
    }.value
  }
}

/// Foundation's handles; each is used from one thread at a time.
private struct Child: @unchecked Sendable {
  let process: Process
  let input: Pipe

  func stop(after patience: Duration) {
    try? input.fileHandleForWriting.close()
    Task.detached {
      try? await Task.sleep(for: patience)
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
  }
}
