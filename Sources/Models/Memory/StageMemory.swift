package import Core

/// What a stage keeps resident, in bytes, by part. The planner packs with it and workers refuse by it.
///
/// Embedding rows are read from the file and not counted.
package struct StageMemory: Sendable, Hashable {
  /// Weights of the linear layers in kernel layout, padding included.
  package var weights = 0
  /// float32 scales and biases, one an output channel.
  package var scales = 0
  /// int16 sums of weights, one an output channel and group of 128 input channels.
  package var groupSums = 0
  /// RMSNorm weights as float32.
  package var norms = 0
  /// The output projection with its scales and sums; 0 before the last stage.
  package var head = 0
  /// Pages of K and V, all allocated when the stage loads.
  package var keyValue = 0
  /// Activations of the largest microbatch, logits and frames.
  package var workspace = 0
  /// The process itself.
  package var runtime = 0

  package var total: ByteCount {
    ByteCount(weights + scales + groupSums + norms + head + keyValue + workspace + runtime)
  }

  /// The parts with their names, in the order in which they are shown.
  package var parts: [(name: String, bytes: ByteCount)] {
    [
      ("weights", weights), ("scales", scales), ("group sums", groupSums), ("norms", norms), ("head", head),
      ("KV pages", keyValue), ("workspace", workspace), ("runtime", runtime),
    ].map { ($0, ByteCount($1)) }
  }
}
