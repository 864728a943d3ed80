package import COctavoProto
package import Core

extension StageRange: WireMessage {
  package init(reading wire: Octavo__V1__LayerRange) throws(OctavoError) {
    guard wire.first < wire.end else {
      throw .invalid("range", "\(wire.first) to \(wire.end)", "a stage holds at least one layer")
    }
    self.init(
      layers: Int(wire.first)..<Int(wire.end), embeds: wire.embeds != 0, projects: wire.projects != 0)
  }

  package func write(to wire: inout Octavo__V1__LayerRange, in arena: Arena) {
    wire.first = UInt32(layers.lowerBound)
    wire.end = UInt32(layers.upperBound)
    wire.embeds = embeds ? 1 : 0
    wire.projects = projects ? 1 : 0
  }
}
