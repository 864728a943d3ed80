internal import Core

/// Bytes that look like PEM of the right kind. gRPC reports what it cannot parse only in its log and as a
/// connection that fails, so the common mistakes (a wrong file, DER, an empty file) are named here.
struct PEM {
  /// Bytes of one PEM text: a bundle of all public roots has a quarter of it.
  static let bytesMax = 1 << 20

  private let terminated: [CChar]

  init(_ bytes: [UInt8], holding kind: String, as role: String) throws(OctavoError) {
    guard bytes.count <= Self.bytesMax else {
      throw .invalid(role, "\(bytes.count) bytes of PEM", "give at most \(Self.bytesMax)")
    }
    let text = String(decoding: bytes, as: UTF8.self)
    guard !bytes.contains(0), text.contains("-----BEGIN "), text.contains("\(kind)-----") else {
      throw .invalid(role, "not PEM", "give text with a '-----BEGIN \(kind)-----' block")
    }
    terminated = bytes.map { CChar(bitPattern: $0) } + [0]
  }

  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    terminated.withUnsafeBufferPointer { body($0.baseAddress!) }
  }
}
