import Core
import Foundation
import RPC

/// A router between a worker that computes nothing and clients with a thousand streams; and the scheduler alone.
///
///     bench-router scheduler
///     bench-router HOST:PORT STREAMS SECONDS [TOKENS_PER_SECOND]
///
/// Prints a JSON object.
let arguments = Array(CommandLine.arguments.dropFirst())

func printObject(_ pairs: KeyValuePairs<String, Double>) {
  print("{\(pairs.map { "\"\($0)\": \($1)" }.joined(separator: ", "))}")
}

if arguments == ["scheduler"] {
  printObject([
    "10": try SchedulerCost.nanosecondsPerToken(sequences: 10),
    "100": try SchedulerCost.nanosecondsPerToken(sequences: 100),
    "1000": try SchedulerCost.nanosecondsPerToken(sequences: 1_000),
    "10000": try SchedulerCost.nanosecondsPerToken(sequences: 10_000),
  ])
} else {
  guard arguments.count >= 3, let streamCount = Int(arguments[1]), let seconds = Double(arguments[2]) else {
    FileHandle.standardError.write(Data("usage: bench-router HOST:PORT STREAMS SECONDS [TOKENS_PER_SECOND]\n".utf8))
    exit(64)
  }
  let loop = EventLoop(name: "null worker")
  let worker = try NullWorker(
    router: arguments[0], tokensPerSecond: arguments.count > 3 ? Double(arguments[3]) : nil, on: loop)
  try await worker.join()
  let streams = try Streams(router: arguments[0], connections: 8, tokensMax: 900, on: loop)
  try await Task.sleep(for: .seconds(2))
  streams.open(streamCount, on: loop)
  try await Task.sleep(for: .seconds(4))
  let (counts, elapsed) = try await streams.measure(seconds: seconds)
  let delays = counts.delays.sorted()
  func percentile(_ fraction: Double) -> Double {
    delays.isEmpty ? -1 : Double(delays[min(delays.count - 1, Int(fraction * Double(delays.count)))])
  }
  printObject([
    "tokensPerSecond": Double(counts.tokens) / elapsed, "messagesPerSecond": Double(counts.messages) / elapsed,
    "failures": Double(counts.failures), "delayP50Us": percentile(0.5), "delayP99Us": percentile(0.99),
    "delayMaxUs": percentile(1),
  ])
}
exit(0)
