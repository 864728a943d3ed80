import Benchmarking
import Testing

/// What /proc says, as proc(5) describes it.
@Suite struct ProcessTests {
  @Test func memoryIsInKibibytes() {
    let status = "Name:\tVmRSS: 7\nVmHWM:\t   2048 kB\nVmRSS:\t    1024 kB\nRssAnon:\t 768 kB\nRssFile:\t     256 kB\n"
    let memory = ProcessMemory(status)
    #expect(memory?.resident == 1 << 20)
    #expect(memory?.peak == 2 << 20)
    #expect(memory?.files == 256 << 10)
    #expect(ProcessMemory("Name:\toctavo\n") == nil)
  }

  @Test func othersAreWhoIsNeitherIdleNorThisProcess() throws {
    // Ten seconds of two cores: 1,000 ticks idle, 700 of this process, 200 of others, 100 stolen.
    let earlier = try #require(
      ProcessorTime(machine: "cpu  100 0 50 5000 10 0 0 40 0 0\n", process: process(user: 60, system: 20)))
    let later = try #require(
      ProcessorTime(machine: "cpu  900 0 150 5990 20 0 0 140 0 0\ncpu0 1 1\n", process: process(user: 700, system: 80)))
    #expect(later.coresOfOthers(since: earlier, cores: 2) == 0.3)
    #expect(later.coresOfOthers(since: later, cores: 2) == 0)
    #expect(ProcessorTime(machine: "intr 1", process: process(user: 1, system: 1)) == nil)
  }

  /// A name that would mislead who splits at spaces.
  private func process(user: Int, system: Int) -> String {
    "42 (a ) b) R 1 42 42 0 -1 4194304 100 0 0 0 \(user) \(system) 0 0 20 0 1 0 100 1000 10"
  }
}
