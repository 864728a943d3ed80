package import COctavoProto
package import Core

extension StageID: WireMessage {
  package init(reading wire: Octavo__V1__Stage) throws(OctavoError) {
    let instance = try Reading.text(wire.instance, "stage.instance")
    guard wire.index < Limits.stagesMax else {
      throw .invalid("stage.index", "\(wire.index)", "it must be under \(Limits.stagesMax)")
    }
    self.init(instance: InstanceID(instance), index: Int(wire.index))
  }

  package func write(to wire: inout Octavo__V1__Stage, in arena: Arena) {
    wire.instance = arena.text(instance.rawValue)
    wire.index = UInt32(index)
  }
}
