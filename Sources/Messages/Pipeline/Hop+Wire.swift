package import COctavoProto
package import Core

extension Hop: WireMessage {
  package init(reading wire: Octavo__V1__Hop) throws(OctavoError) {
    self.init(
      stage: try Reading.message(wire.stage, "route.stage"),
      grants: try Reading.messages(wire.n_grants, wire.grants))
  }

  package func write(to wire: inout Octavo__V1__Hop, in arena: Arena) {
    wire.stage = arena.message(stage)
    (wire.n_grants, wire.grants) = arena.messages(grants)
  }
}
