import COctavoProto
import Core

/// Token ids as the one member of a oneof.
struct TokenIDList: Sendable, Hashable {
  var ids: [TokenID]
}

extension TokenIDList: WireMessage {
  package init(reading wire: Octavo__V1__TokenIds) throws(OctavoError) {
    self.init(ids: Reading.array(wire.n_ids, wire.ids))
  }

  package func write(to wire: inout Octavo__V1__TokenIds, in arena: Arena) {
    (wire.n_ids, wire.ids) = arena.array(ids)
  }
}
