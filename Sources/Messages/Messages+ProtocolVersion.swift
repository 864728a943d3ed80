package import Core

extension Messages {
  /// - Throws: FAILED_PRECONDITION unless the peer speaks this process's protocol version.
  package static func checkProtocolVersion(_ version: UInt32) throws(OctavoError) {
    guard version == protocolVersion else {
      throw OctavoError(
        .failedPrecondition,
        "the peer speaks protocol version \(version), this process \(protocolVersion): run the same release on both")
    }
  }
}
