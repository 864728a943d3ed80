package import COctavoProto
package import Core

/// The ids of a text.
package struct TokenizeResponse: Sendable, Hashable {
  package var ids: [TokenID]

  package init(ids: [TokenID]) { self.ids = ids }
}

extension TokenizeResponse: WireMessage {
  package init(reading wire: Octavo__V1__TokenizeResponse) throws(OctavoError) {
    self.init(ids: Reading.array(wire.n_ids, wire.ids))
  }

  package func write(to wire: inout Octavo__V1__TokenizeResponse, in arena: Arena) {
    (wire.n_ids, wire.ids) = arena.array(ids)
  }
}
