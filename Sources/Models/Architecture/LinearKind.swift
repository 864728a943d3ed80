/// The linear layers of one transformer layer, in the order in which they are listed everywhere.
package enum LinearKind: String, Sendable, Hashable, CaseIterable {
  case query
  case key
  case value
  case output
  case gate
  case up
  case down
}
