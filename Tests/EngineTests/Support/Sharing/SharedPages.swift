import Core
import TestSupport

/// Who holds which page of every stage, and which pages hold what text, as a router would know it.
struct SharedPages {
  /// Text of whole pages, which lies in these pages of every stage.
  struct Prefix {
    var tokens: ArraySlice<TokenID>
    /// By stage.
    var pages: [ArraySlice<PageID>]

    /// The first pages of it that `tokens` begin with.
    func shared(with tokens: [TokenID]) -> Int {
      zip(self.tokens, tokens).prefix(while: ==).count / Limits.tokensPerPage
    }

    func prefix(_ count: Int) -> Prefix {
      Prefix(tokens: tokens.prefix(count * Limits.tokensPerPage), pages: pages.map { $0.prefix(count) })
    }
  }

  private var holderCounts: [[Int]]
  /// Of sequences that have ended.
  private(set) var kept: [Prefix] = []

  init(stages: Int, pageCount: Int) {
    holderCounts = Array(repeating: Array(repeating: 0, count: pageCount), count: stages)
  }

  var freeCounts: [Int] { holderCounts.map { counts in counts.count { $0 == 0 } } }

  /// Takes so many free pages of every stage, any of them, for a sequence to write; `nil` if there are too few.
  mutating func take(_ count: Int, _ generator: inout SeededGenerator) -> [[PageID]]? {
    guard freeCounts.allSatisfy({ $0 >= count }) else { return nil }
    var taken: [[PageID]] = []
    for stage in holderCounts.indices {
      let free = holderCounts[stage].indices.filter { holderCounts[stage][$0] == 0 }
      let pages = free.shuffled(using: &generator).prefix(count).map { PageID(UInt32($0)) }
      forget(pages, stage)
      taken.append(pages)
    }
    hold(taken)
    return taken
  }

  mutating func hold(_ pages: [[PageID]]) {
    for (stage, pages) in pages.enumerated() {
      for page in pages { holderCounts[stage][Int(page.rawValue)] += 1 }
    }
  }

  /// Gives the pages of a sequence back; what is in the whole ones can be shared until they are written anew.
  mutating func release(_ pages: [[PageID]], holding prefix: Prefix) {
    for (stage, pages) in pages.enumerated() {
      for page in pages { holderCounts[stage][Int(page.rawValue)] -= 1 }
    }
    kept.append(prefix)
  }

  private mutating func forget(_ pages: [PageID], _ stage: Int) {
    kept = kept.map { prefix in prefix.prefix(prefix.pages[stage].prefix { !pages.contains($0) }.count) }
    kept.removeAll { $0.tokens.isEmpty }
  }
}
