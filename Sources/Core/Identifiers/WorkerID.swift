/// One worker process in one of its lives; a worker that restarts gets another.
package struct WorkerID: RawRepresentable, Sendable, Hashable, Comparable, CustomStringConvertible {
  package var rawValue: String

  package init(rawValue: String) { self.rawValue = rawValue }
  package init(_ rawValue: String) { self.rawValue = rawValue }

  package var description: String { rawValue }
  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
