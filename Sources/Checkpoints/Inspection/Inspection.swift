package import Core

/// What a checkpoint holds, as facts in sections: printed as a table for people and as JSON for programs.
package struct Inspection: Sendable, Hashable {
  package var sections: [Section]

  package struct Section: Sendable, Hashable {
    /// The key in JSON, in camel case.
    package var key: String
    package var title: String
    package var facts: [Fact]
  }

  package struct Fact: Sendable, Hashable {
    /// The key in JSON, in camel case; units last.
    package var key: String
    package var label: String
    package var value: Value
  }

  package enum Value: Sendable, Hashable {
    case text(String)
    case number(Int)
    case decimal(Double)
    case bytes(ByteCount)
    case flag(Bool)
    case numbers([Int])
  }

  /// The fact under a section's key and its own; `nil` if there is none.
  package subscript(section: String, fact: String) -> Value? {
    sections.first { $0.key == section }?.facts.first { $0.key == fact }?.value
  }
}
