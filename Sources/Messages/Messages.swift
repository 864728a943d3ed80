/// Wire and Swift values, both ways: every message of `proto/octavo/v1` as a Swift value type, packed and
/// unpacked by protobuf-c.
///
/// Invariants: no pointer of protobuf-c leaves this room; text that comes in is valid UTF-8 without NUL; a
/// message that cannot be a value of its type is refused with INVALID_ARGUMENT and the field's name; unpacking
/// allocates at most a fixed multiple of the bytes received.
///
/// The C code is generated with every `string` as `bytes`, which is the same on the wire: protobuf-c would cut a
/// string at a NUL and let invalid UTF-8 pass.
package enum Messages {
  /// What a router and its workers must agree on; raised by every change that old and new do not both understand.
  package static let protocolVersion: UInt32 = 2
  /// The release, as `octavo --version` and `status` show it.
  package static let softwareVersion = "0.1.0"
}
