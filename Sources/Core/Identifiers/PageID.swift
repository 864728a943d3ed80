/// One page of KV in the pool of one stage, from 0.
package struct PageID: RawRepresentable, Sendable, Hashable, Comparable {
  package var rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package init(_ rawValue: UInt32) { self.rawValue = rawValue }

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
