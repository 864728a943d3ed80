internal import Core
internal import Models

/// The buffers of a forward pass, sized for the largest microbatch and used again for each.
final class Workspace {
  /// Floats of a row; every stride is whole blocks, since linear layers write whole blocks.
  struct Strides: Sendable {
    var hidden: Int
    var attentionInputs: Int
    var attention: Int
    var feedForward: Int
    var rotary: Int
    var vocabulary: Int
  }

  let strides: Strides
  /// The residual stream.
  let residual: AlignedBuffer<Float>
  /// What goes into a linear layer after a norm, and what comes out before it is added.
  let hidden: AlignedBuffer<Float>
  let attentionInputs: AlignedBuffer<Float>
  let attention: AlignedBuffer<Float>
  let feedForward: AlignedBuffer<Float>
  /// The inputs of the linear layer that runs, and those of the next while they are made; they take turns.
  var quantized: QuantizedRows
  var quantizedAhead: QuantizedRows
  let cosines: AlignedBuffer<Float>
  let sines: AlignedBuffer<Float>
  /// Attention of few rows, in blocks apart.
  let partials: AlignedBuffer<Float>
  let partialsShape: AttentionPartials
  /// Logits of up to `logitsRowsMax` rows.
  let logits: AlignedBuffer<Float>
  let logitsRowsMax: Int

  init(_ architecture: Architecture, _ range: StageRange, _ capacity: StageCapacity) throws(OctavoError) {
    let rows = capacity.rowsMax
    let block = PackedLinear.outputBlock
    let query = architecture.queryChannels.roundedUp(toMultipleOf: block)
    let keyValue = architecture.keyValueChannels.roundedUp(toMultipleOf: block)
    let strides = Strides(
      hidden: architecture.hiddenSize.roundedUp(toMultipleOf: block),
      attentionInputs: query + 2 * keyValue, attention: query,
      feedForward: 2 * architecture.intermediateSize.roundedUp(toMultipleOf: block),
      rotary: architecture.headSize / 2,
      vocabulary: architecture.vocabularyCount.roundedUp(toMultipleOf: block))
    self.strides = strides
    residual = try AlignedBuffer(count: rows * strides.hidden)
    hidden = try AlignedBuffer(count: rows * strides.hidden)
    attentionInputs = try AlignedBuffer(count: rows * strides.attentionInputs)
    attention = try AlignedBuffer(count: rows * strides.attention)
    feedForward = try AlignedBuffer(count: rows * strides.feedForward)
    let channelsMax = max(architecture.hiddenSize, architecture.queryChannels, architecture.intermediateSize)
    quantized = try QuantizedRows(rowsMax: rows, channelsMax: channelsMax)
    quantizedAhead = try QuantizedRows(rowsMax: rows, channelsMax: channelsMax)
    cosines = try AlignedBuffer(count: rows * strides.rotary)
    sines = try AlignedBuffer(count: rows * strides.rotary)
    partialsShape = AttentionPartials(architecture, contextLength: capacity.contextLength)
    partials = try AlignedBuffer(count: partialsShape.floatCount)
    logitsRowsMax = range.projects ? min(capacity.sequencesMax, rows) : 0
    logits = try AlignedBuffer(count: logitsRowsMax * strides.vocabulary)
  }
}
