import Glibc

extension Tensor {
  /// Bit for bit; leaves neither resident.
  func hasSameBytes(as other: Tensor) -> Bool {
    defer {
      releasePages()
      other.releasePages()
    }
    return withBytes { mine in
      other.withBytes { theirs in
        mine.byteCount == theirs.byteCount
          && mine.withUnsafeBytes { one in
            theirs.withUnsafeBytes { memcmp(one.baseAddress!, $0.baseAddress!, one.count) == 0 }
          }
      }
    }
  }
}
