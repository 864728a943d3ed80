package import COctavoProto
package import Core

extension InstanceConfiguration: WireMessage {
  package init(reading wire: Octavo__V1__InstanceConfiguration) throws(OctavoError) {
    self.init(
      precision: try Reading.name(wire.precision, "configuration.precision"),
      head: try Reading.name(wire.head, "configuration.head"),
      keyValue: try Reading.name(wire.key_value, "configuration.key_value"),
      wire: try Reading.name(wire.wire, "configuration.wire"))
  }

  package func write(to wire: inout Octavo__V1__InstanceConfiguration, in arena: Arena) {
    wire.precision = arena.text(precision.rawValue)
    wire.head = arena.text(head.rawValue)
    wire.key_value = arena.text(keyValue.rawValue)
    wire.wire = arena.text(self.wire.rawValue)
  }
}
