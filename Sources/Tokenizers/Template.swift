import Core

/// What the post-processor puts before and after a text.
struct Template: Sendable, Equatable {
  var prefix: [TokenID] = []
  var suffix: [TokenID] = []

  var count: Int { prefix.count + suffix.count }
}
