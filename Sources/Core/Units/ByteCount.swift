/// An amount of memory or storage in bytes.
package struct ByteCount: Sendable, Hashable, Comparable {
  package var bytes: Int

  package init(_ bytes: Int) { self.bytes = bytes }

  package static func < (left: Self, right: Self) -> Bool { left.bytes < right.bytes }
  package static func + (left: Self, right: Self) -> Self { Self(left.bytes + right.bytes) }
}
