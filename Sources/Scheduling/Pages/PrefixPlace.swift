import Core

/// What comes before a node's tokens.
enum PrefixPlace: Sendable, Hashable {
  /// Nothing: each tenant begins at a root of its own.
  case root(TenantID)
  case node(NodeID)
}
