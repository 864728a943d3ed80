import Core

/// Where a node stands, and its content.
struct PrefixKey: Sendable, Hashable {
  let parent: PrefixPlace
  let tokens: [TokenID]
}
