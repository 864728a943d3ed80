package import COctavoProto
package import Core

extension StageCapacity: WireMessage {
  package init(reading wire: Octavo__V1__Capacity) throws(OctavoError) {
    guard wire.context_length > 0, wire.sequences_max > 0, wire.rows_max > 0, wire.page_count > 0 else {
      throw .invalid(
        "capacity",
        "\(wire.context_length) x \(wire.sequences_max), \(wire.rows_max) rows, \(wire.page_count) pages",
        "none of it may be 0")
    }
    self.init(
      contextLength: Int(wire.context_length), sequencesMax: Int(wire.sequences_max), rowsMax: Int(wire.rows_max),
      pageCount: Int(wire.page_count))
  }

  package func write(to wire: inout Octavo__V1__Capacity, in arena: Arena) {
    wire.context_length = UInt32(contextLength)
    wire.sequences_max = UInt32(sequencesMax)
    wire.rows_max = UInt32(rowsMax)
    wire.page_count = UInt32(pageCount)
  }
}
