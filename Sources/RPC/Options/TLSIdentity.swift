internal import Core

/// A certificate chain, leaf first, and its private key, both PEM.
package struct TLSIdentity: Sendable {
  package var certificateChain: [UInt8]
  package var privateKey: [UInt8]

  package init(certificateChain: [UInt8], privateKey: [UInt8]) {
    self.certificateChain = certificateChain
    self.privateKey = privateKey
  }

  func checked() throws(OctavoError) -> CheckedIdentity {
    CheckedIdentity(
      chain: try PEM(certificateChain, holding: "CERTIFICATE", as: "certificate chain"),
      key: try PEM(privateKey, holding: "PRIVATE KEY", as: "private key"))
  }
}
