import Foundation
import Telemetry
import Testing

@Suite struct ProcessMetricsTests {
  static let text =
    "42 (a (odd) name) S 1 42 42 0 -1 4194304 100 0 0 0 150 50 0 0 20 0 8 0 12345 1048576 256 18446744073709551615 1 1"

  @Test func readsTheSystemsText() throws {
    let statistics = try #require(ProcessStatistics(Self.text, ticks: 100, pageBytes: 4_096))
    #expect(statistics.cpuSeconds == 2)
    #expect(statistics.startSecondsAfterBoot == 123.45)
    #expect(statistics.virtualBytes == 1 << 20)
    #expect(statistics.residentBytes == 1 << 20)
    #expect(ProcessStatistics.bootSeconds("cpu 1 2 3\nbtime 1700000000\nprocesses 3\n") == 1_700_000_000)
  }

  @Test(arguments: ["", ")", "42 (x) S 1 2", "42 (x) S a b c d e f g h i j k l m n o p q r s t u v"])
  func refusesOtherTexts(text: String) {
    #expect(ProcessStatistics(text, ticks: 100, pageBytes: 4_096) == nil)
  }

  @Test func describesThisProcess() throws {
    let registry = MetricsRegistry()
    ProcessMetrics(version: "1.2\"3").register(in: registry)
    let text = Exposition(registry.families).text
    #expect(text.contains("octavo_build_info{version=\"1.2\\\"3\"} 1\n"))
    func value(_ name: String) throws -> Double {
      let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
      return try #require(line?.split(separator: " ").last.flatMap { Double($0) }, "\(name)")
    }
    // The kernel counts the machine's start in whole seconds.
    let age = Date().timeIntervalSince1970 - (try value("process_start_time_seconds"))
    #expect(age > -2 && age < 24 * 3_600)
    #expect(try value("process_resident_memory_bytes") > 1e6)
    #expect(try value("process_virtual_memory_bytes") > (try value("process_resident_memory_bytes")))
    #expect(try value("process_cpu_seconds_total") >= 0)
    #expect(try value("process_open_fds") >= 3)
  }
}
