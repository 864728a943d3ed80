package import COctavoProto
package import Core

/// How far a stage has loaded.
package struct LoadProgress: Sendable, Hashable {
  /// 0 to 1.
  package var fraction: Float
  /// What the stage takes; 0 until it is known.
  package var memoryBytes: Int

  package init(fraction: Float, memoryBytes: Int = 0) {
    self.fraction = fraction
    self.memoryBytes = memoryBytes
  }
}

extension LoadProgress: WireMessage {
  package init(reading wire: Octavo__V1__LoadProgress) throws(OctavoError) {
    self.init(
      fraction: try Reading.fraction(wire.fraction, "fraction"),
      memoryBytes: try Reading.count(wire.memory_bytes, "memory_bytes"))
  }

  package func write(to wire: inout Octavo__V1__LoadProgress, in arena: Arena) {
    wire.fraction = fraction
    wire.memory_bytes = UInt64(memoryBytes)
  }
}
