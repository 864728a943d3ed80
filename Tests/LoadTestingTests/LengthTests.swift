import Core
import LoadTesting
import Testing

@Suite struct LengthTests {
  /// What another implementation of SplitMix64 and of Box and Muller's transform gives.
  @Test func sequencesAreThoseOfTheSeed() {
    var words = RandomStream(seed: 7, .request, 3)
    #expect(
      (0..<3).map { _ in words.next() } == [0x3B66_8950_94DA_662F, 0x6222_D12C_697A_A5F0, 0x0C96_1AF3_370C_D36C])
    #expect(
      Self.lengths(.uniform(10...19), count: 12) == [12, 14, 11, 13, 17, 16, 19, 11, 19, 10, 19, 16])
    #expect(
      Self.lengths(.logNormal(median: 1_020, percentile99: 4_142), count: 8)
        == [634, 858, 665, 2_003, 4_658, 353, 453, 981])
    #expect(Self.lengths(.constant(128), count: 3) == [128, 128, 128])
  }

  /// Of 200,000 lengths the share under a quantile deviates by at most 4.5 standard errors: 0.5% and 0.1%.
  @Test func logNormalGoesThroughItsMedianAndPercentile() {
    let lengths = Self.lengths(.logNormal(median: 129, percentile99: 601), count: 200_000)
    let under = { (length: Int) in Double(lengths.count { $0 <= length }) / 200_000 }
    // Lengths are whole: half of those at the median belong to either side.
    #expect(abs((under(128) + under(129)) / 2 - 0.5) < 0.005)
    #expect(abs((under(600) + under(601)) / 2 - 0.99) < 0.001)
    // exp(mu + sigma^2 / 2) = 160.5; 4.5 standard errors of 0.27.
    let mean = Double(lengths.reduce(0, +)) / 200_000
    #expect(abs(mean - 160.5) < 1.2)
  }

  @Test func uniformTakesEveryLengthAlike() {
    let lengths = Self.lengths(.uniform(5...14), count: 100_000)
    for length in 5...14 {
      #expect(abs(lengths.count { $0 == length } - 10_000) < 430, "4.5 standard errors")
    }
    #expect(lengths.allSatisfy { (5...14).contains($0) })
  }

  @Test func extremesStayInRange() {
    let widest = Self.lengths(.logNormal(median: 1, percentile99: Limits.contextLengthMax), count: 10_000)
    #expect(widest.allSatisfy { LengthDistribution.range.contains($0) })
    #expect(widest.contains(1) && widest.contains(Limits.contextLengthMax))
  }

  @Test(arguments: ["128", "uniform:1:900", "lognormal:1020:4142", "uniform:7:7"])
  func textIsReadAndWritten(_ text: String) throws {
    #expect(try LengthDistribution(text, option: "--prompt-tokens").description == text)
  }

  @Test(arguments: [
    "", "0", "-5", "1.5", "x", "16777217", "uniform", "uniform:", "uniform:1", "uniform:9:2", "uniform:0:2",
    "uniform:1:2:3", "lognormal:600:100", "lognormal:a:b", "normal:1:2", "1:2", "lognormal:uniform:5",
    "99999999999999999999", "uniform:1:\u{1B}[31m",
  ])
  func badTextIsRefusedWithTheOption(_ text: String) {
    let error = #expect(throws: OctavoError.self) {
      try LengthDistribution(text, option: "--output-tokens")
    }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.hasPrefix("--output-tokens is \(quoted(text)): ") == true)
  }

  private static func lengths(_ distribution: LengthDistribution, count: Int) -> [Int] {
    var random = RandomStream(seed: 1, .request, 0)
    return (0..<count).map { _ in distribution.sample(&random) }
  }
}
