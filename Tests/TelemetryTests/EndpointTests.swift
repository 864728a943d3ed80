import Core
import Logging
import Telemetry
import Testing

@Suite struct EndpointTests {
  static let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  static func answer(_ method: String, _ path: String) -> EndpointAnswer {
    EndpointAnswer(method: method, path: path) { "a 1\n" }
  }

  @Test func hasTwoPages() {
    let metrics = Self.answer("GET", "/metrics")
    #expect(metrics.status == 200 && metrics.text == "a 1\n")
    #expect(metrics.contentType == "text/plain; version=0.0.4; charset=utf-8")
    #expect(Self.answer("GET", "/healthz").text == "ok\n")
    #expect(Self.answer("HEAD", "/metrics") == metrics)
    for path in ["/", "", "/metrics/", "/Metrics", "//metrics", "/metrics/../healthz", "*"] {
      #expect(Self.answer("GET", path).status == 404, "\(path)")
    }
    #expect(Self.answer("POST", "/metrics").status == 405)
    #expect(Self.answer("DELETE", "/healthz").status == 405)
  }

  @Test func opensOnAFreePortAndEnds() async throws {
    let endpoint = try await MetricsEndpoint.open(
      host: "127.0.0.1", port: 0, registry: MetricsRegistry(), log: Self.log)
    #expect(endpoint.url.hasPrefix("http://127.0.0.1:") && !endpoint.url.hasSuffix(":0"))
    let port = try #require(endpoint.url.split(separator: ":").last.flatMap { Int($0) })
    let error = await #expect(throws: OctavoError.self) {
      try await MetricsEndpoint.open(host: "127.0.0.1", port: port, registry: MetricsRegistry(), log: Self.log)
    }
    #expect(error?.code == .alreadyExists)
    #expect(error?.message.contains("127.0.0.1:\(port)") == true)
    let running = Task { await endpoint.run() }
    running.cancel()
    await running.value
    // Its port is free again.
    let next = try await MetricsEndpoint.open(
      host: "127.0.0.1", port: port, registry: MetricsRegistry(), log: Self.log)
    let again = Task { await next.run() }
    again.cancel()
    await again.value
  }

  @Test(arguments: [("127.0.0.1", -1), ("127.0.0.1", 65_536), ("", 0), ("a\0b", 0)])
  func refusesWhatIsNoAddress(host: String, port: Int) async {
    let error = await #expect(throws: OctavoError.self) {
      try await MetricsEndpoint.open(host: host, port: port, registry: MetricsRegistry(), log: Self.log)
    }
    #expect(error?.code == .invalidArgument)
  }

  @Test func refusesAHostThatIsNotOurs() async {
    let error = await #expect(throws: OctavoError.self) {
      try await MetricsEndpoint.open(
        host: "192.0.2.1", port: 0, registry: MetricsRegistry(), log: Self.log)
    }
    #expect(error?.code == .alreadyExists)
  }
}
