/// Which of the attention's linear layers add a bias.
package enum AttentionBias: String, Sendable, Hashable, CaseIterable {
  case none
  case queryKeyValue
  /// The output projection too.
  case all
}
