package import COctavoProto
package import Core

extension PageGrant: WireMessage {
  package init(reading wire: Octavo__V1__PageGrant) throws(OctavoError) {
    self.init(
      sequence: SequenceID(wire.sequence), pages: Reading.array(wire.n_pages, wire.pages).map(PageID.init(_:)))
  }

  package func write(to wire: inout Octavo__V1__PageGrant, in arena: Arena) {
    wire.sequence = sequence.rawValue
    (wire.n_pages, wire.pages) = arena.array(pages.map(\.rawValue))
  }
}
