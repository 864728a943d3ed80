import Benchmarking
import Testing

@Suite struct SpreadTests {
  @Test func mediansOfOddAndEvenNumbers() {
    #expect(Spread([3, 1, 2]).median == 2)
    let even = Spread([4, 1, 3, 9])
    #expect((even.median, even.minimum, even.maximum) == (3.5, 1, 9))
  }
}
