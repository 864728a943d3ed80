import COctavoProto

/// A message struct of protobuf-c: the generated `init` function is all that its Swift value needs to know.
package protocol WireStruct {
  /// Writes the message's defaults and descriptor over uninitialized memory.
  static func initialize(_ message: UnsafeMutablePointer<Self>)
}
