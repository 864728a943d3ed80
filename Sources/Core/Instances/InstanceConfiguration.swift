/// What decides the bits of an instance's answers besides its checkpoint. Part of its identity: stages
/// that differ in any of it are never joined.
package struct InstanceConfiguration: Sendable, Hashable {
  package var precision: Precision
  package var head: HeadFormat
  package var keyValue: KeyValueFormat
  package var wire: WireFormat

  package init(precision: Precision, head: HeadFormat, keyValue: KeyValueFormat, wire: WireFormat = .exact) {
    self.precision = precision
    self.head = head
    self.keyValue = keyValue
    self.wire = wire
  }

  package static let int8 = InstanceConfiguration(precision: .int8, head: .int8, keyValue: .float16)
  package static let float32 = InstanceConfiguration(precision: .float32, head: .stored, keyValue: .float32)
}
