import COctavoProto
package import Core
import RPC

/// A Swift value that travels as one protobuf message.
package protocol WireMessage: Sendable {
  associatedtype Wire: WireStruct

  /// - Throws: INVALID_ARGUMENT naming the field that no value of this type can have.
  init(reading wire: Wire) throws(OctavoError)

  /// Fills an initialized message; what it points to lives in `arena`.
  func write(to wire: inout Wire, in arena: Arena)
}
