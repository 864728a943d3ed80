/// Pages of one stage's pool that a sequence gets, appended to those it has.
package struct PageGrant: Sendable, Hashable {
  package var sequence: SequenceID
  package var pages: [PageID]

  package init(sequence: SequenceID, pages: [PageID]) {
    self.sequence = sequence
    self.pages = pages
  }
}
