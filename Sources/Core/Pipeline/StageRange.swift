/// The contiguous layers a stage runs, and whether it is the first, the last or both.
package struct StageRange: Sendable, Hashable {
  package var layers: Range<Int>
  /// Looks tokens up in the embedding: the first stage.
  package var embeds: Bool
  /// Normalizes, projects to the vocabulary and samples: the last stage.
  package var projects: Bool

  package init(layers: Range<Int>, embeds: Bool, projects: Bool) {
    self.layers = layers
    self.embeds = embeds
    self.projects = projects
  }

  /// The whole of a model with `layerCount` layers.
  package static func whole(layerCount: Int) -> StageRange {
    StageRange(layers: 0..<layerCount, embeds: true, projects: true)
  }
}
