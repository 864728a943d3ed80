import Core
import RPC

/// One round: each case warmed up, then measured call by call; a JSON object with the median latency of
/// each in microseconds.
///
///     bench-rpc [CALLS] [LOOPS]
///
/// With one loop, the default, both ends share one thread; with two each has its own, as in two processes.
let arguments = CommandLine.arguments.dropFirst()
let callCount = arguments.first.flatMap { Int($0) } ?? 5_000
let warmUpCount = callCount / 5

let unary = Method(service: "bench.Echo", name: "Unary")
let stream = Method(service: "bench.Echo", name: "Stream")

let hasTwoLoops = arguments.dropFirst().first == "2"
let loop = EventLoop(name: "client")
let serverLoop = hasTwoLoops ? EventLoop(name: "server") : loop
let server = try Server(credentials: .insecure, on: serverLoop)
server.handleUnary(unary, on: .loop) { request, _ in request }
server.handle(stream, on: .loop) { call in
  while let message = try await call.receive() { try await call.send(message) }
}
let port = try server.listen(host: "127.0.0.1", port: 0)
try server.start()

let channel = try Channel(target: "127.0.0.1:\(port)", credentials: .insecure, on: loop)
try await channel.waitUntilReady(timeout: .seconds(10))

func medianMicroseconds(_ body: () async throws -> Void) async rethrows -> Double {
  for _ in 0..<warmUpCount { try await body() }
  var samples: [Double] = []
  samples.reserveCapacity(callCount)
  let clock = ContinuousClock()
  for _ in 0..<callCount {
    let start = clock.now
    try await body()
    let (seconds, attoseconds) = (clock.now - start).components
    samples.append(Double(seconds) * 1e6 + Double(attoseconds) * 1e-12)
  }
  samples.sort()
  return samples[samples.count / 2]
}

func measureUnary(bytes: Int) async throws -> Double {
  let request = Payload([UInt8](repeating: 7, count: bytes))
  return try await medianMicroseconds {
    let answer = try await channel.unary(unary, request)
    guard answer.count == bytes else { throw OctavoError(.internal, "an answer of \(answer.count) bytes") }
  }
}

func measureStream(bytes: Int) async throws -> Double {
  let message = Payload([UInt8](repeating: 7, count: bytes))
  let call = try await channel.startCall(stream)
  let median = try await medianMicroseconds {
    try await call.send(message)
    guard try await call.receive()?.count == bytes else { throw OctavoError(.internal, "the stream broke off") }
  }
  try await call.finishSending()
  _ = try await call.receive()
  return median
}

// The measuring task prefers the loop: an answer resumes it on the thread that read it, with no hop.
let medians = try await Task(executorPreference: loop) {
  [
    ("unary-64", try await measureUnary(bytes: 64)),
    ("unary-65536", try await measureUnary(bytes: 65_536)),
    ("stream-64", try await measureStream(bytes: 64)),
  ]
}.value
await channel.close()
await server.shutdown(grace: .zero)
await serverLoop.shutdown()
await loop.shutdown()
print("{" + medians.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}")
