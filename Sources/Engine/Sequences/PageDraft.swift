internal import Core

/// What a microbatch would make of a table of pages: only those it names are looked at.
struct PageDraft {
  private let table: PageTable
  /// How many sequences that hold a page the microbatch closes.
  private var released: [UInt32: UInt32] = [:]
  private var owned: Set<UInt32> = []
  private var cached: Set<UInt32> = []

  init(_ table: PageTable) { self.table = table }

  mutating func release(_ pages: [UInt32]) {
    for page in pages { released[page, default: 0] += 1 }
  }

  /// Grants pages for a sequence to write.
  ///
  /// - Throws: INVALID_ARGUMENT for a page that does not exist or that a sequence holds.
  mutating func own(_ pages: ArraySlice<PageID>, _ field: String) throws(OctavoError) {
    for page in pages.map(\.rawValue) {
      try checkNumber(page, field)
      guard table.holderCount(page) == released[page] ?? 0, !cached.contains(page), owned.insert(page).inserted else {
        throw .invalid(field, "page \(page)", "it belongs to a sequence already")
      }
    }
  }

  /// Grants pages for a sequence to read.
  ///
  /// - Throws: INVALID_ARGUMENT for a page that does not exist, that was not filled before this microbatch or will be
  ///   written anew in it, or that stands twice among `pages`.
  mutating func hold(_ pages: ArraySlice<PageID>, _ field: String) throws(OctavoError) {
    var seen: Set<UInt32> = []
    for page in pages.map(\.rawValue) {
      try checkNumber(page, field)
      guard table.isFilled(page), !owned.contains(page) else {
        throw .invalid(field, "cached page \(page)", "its \(Limits.tokensPerPage) positions were not all computed")
      }
      guard seen.insert(page).inserted else {
        throw .invalid(field, "cached page \(page) twice", "a page holds only one run of positions")
      }
    }
    cached.formUnion(seen)
  }

  private func checkNumber(_ page: UInt32, _ field: String) throws(OctavoError) {
    guard Int(page) < table.count else {
      throw .invalid(field, "page \(page)", "the stage has \(table.count) pages")
    }
  }
}
