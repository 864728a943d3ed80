/// Which life of a pipeline a frame belongs to. A stage refuses frames of any epoch but its own, so what is
/// late cannot harm.
package struct Epoch: RawRepresentable, Sendable, Hashable, Comparable {
  package var rawValue: UInt64

  package init(rawValue: UInt64) { self.rawValue = rawValue }
  package init(_ rawValue: UInt64) { self.rawValue = rawValue }

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
