import COctavoProto
import Core
package import RPC

/// The answer, or the question, that says nothing: no bytes on the wire, whatever its message is named.
package struct Empty: Sendable, Hashable {
  package init() {}

  /// Unknown fields are no error in protobuf, so any bytes will do.
  package init(_ payload: Payload) {}

  package func payload() -> Payload { Payload([]) }
}
