/// On whose behalf a request runs: up to 64 printable ASCII characters, none for requests that do not say.
package struct TenantID: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let text: String

  package static let unnamed = TenantID()

  private init() { text = "" }

  /// - Throws: INVALID_ARGUMENT for a name outside the rule.
  package init(_ text: String) throws(OctavoError) {
    guard (1...Limits.tenantBytesMax).contains(text.utf8.count), text.utf8.allSatisfy({ (32...126).contains($0) })
    else {
      throw .invalid("tenant", quoted(text), "use 1 to \(Limits.tenantBytesMax) printable ASCII characters")
    }
    self.text = text
  }

  package var description: String { text }
  package static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}
