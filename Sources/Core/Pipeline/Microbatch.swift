/// The rows that pass through a stage together, and every change a stage must know before it runs them.
///
/// Order of application at a stage: closings, openings, the first hop's grants, then the rows. A frame
/// with no rows only carries changes.
package struct Microbatch: Sendable, Hashable {
  package var id: MicrobatchID
  package var epoch: Epoch
  /// The stages still ahead; the first is the one that reads this.
  package var route: [Hop]
  package var closings: [SequenceID]
  package var openings: [SequenceOpening]
  package var segments: [Segment]

  package init(
    id: MicrobatchID, epoch: Epoch, route: [Hop], closings: [SequenceID] = [], openings: [SequenceOpening] = [],
    segments: [Segment] = []
  ) {
    self.id = id
    self.epoch = epoch
    self.route = route
    self.closings = closings
    self.openings = openings
    self.segments = segments
  }

  package var rowCount: Int { segments.reduce(0) { $0 + $1.tokens.count } }

  /// What the next stage on the route gets.
  package var forwarded: Microbatch {
    var next = self
    next.route.removeFirst()
    return next
  }
}
