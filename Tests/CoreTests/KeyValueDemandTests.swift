import Core
import Testing

@Suite struct KeyValueDemandTests {
  /// A context of 1,000 tokens takes 63 pages.
  @Test func asksForAtLeastOneContext() {
    #expect(KeyValueDemand.automatic.pages(contextLength: 1_000, sequencesMax: 8) == 63...8 * 63)
    #expect(KeyValueDemand.most.pages(contextLength: 1_000, sequencesMax: 8) == 63...8 * 63)
    #expect(KeyValueDemand.automatic.pages(contextLength: 1_000, sequencesMax: 1) == 63...63)
    #expect(KeyValueDemand.tokens(1_001).pages(contextLength: 1_000, sequencesMax: 8) == 63...63)
    #expect(KeyValueDemand.tokens(1_009).pages(contextLength: 1_000, sequencesMax: 8) == 64...64)
  }

  /// Long contexts are rarely all in use: 2,048 tokens a sequence are 128 pages.
  @Test func asksForUsualSequencesOfALongContext() {
    #expect(KeyValueDemand.automatic.pages(contextLength: 131_072, sequencesMax: 128) == 8_192...128 * 128)
    #expect(KeyValueDemand.automatic.pages(contextLength: 131_072, sequencesMax: 4) == 8_192...8_192)
    #expect(KeyValueDemand.most.pages(contextLength: 131_072, sequencesMax: 4) == 8_192...4 * 8_192)
  }

  /// The largest numbers that are let in are far from overflow.
  @Test func staysWithinItsLimits() {
    let pages = KeyValueDemand.most.pages(
      contextLength: Limits.contextLengthMax, sequencesMax: Limits.instanceSequences.upperBound)
    #expect(pages.upperBound <= Limits.pagesMax)
  }
}
