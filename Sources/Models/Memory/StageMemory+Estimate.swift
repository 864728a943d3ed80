package import Core

extension StageMemory {
  /// What a worker process takes before it holds a stage: code, libraries, channels, thread stacks.
  package static let runtimeBytes = 48 << 20
  /// Frames of activations a stage holds at once: one received, one unpacked, one packed, one sent.
  package static let framesHeld = 4

  /// Counts the bytes of a stage.
  ///
  /// - Parameters:
  ///   - architecture: one that passed its validation.
  ///   - range: layers inside the architecture.
  ///   - storedHeadBytesPerElement: element size of a head held as stored: 1 for int8, 2 for bf16 and f16, 4
  ///     for f32.
  /// - Throws: INVALID_ARGUMENT for a range or capacity outside its bounds; RESOURCE_EXHAUSTED for KV pages
  ///   past 64 bits.
  package init(
    _ architecture: Architecture, _ range: StageRange, _ configuration: InstanceConfiguration,
    _ capacity: StageCapacity, storedHeadBytesPerElement: Int = 2
  ) throws(OctavoError) {
    try capacity.validate()
    guard range.layers.lowerBound >= 0, range.layers.upperBound <= architecture.layerCount else {
      throw .invalid("layers of a stage", "\(range.layers)", "the model has \(architecture.layerCount) layers")
    }
    let layerCount = range.layers.count
    for linear in architecture.linears(ofLayer: 0) {
      add(PackedLinear(linear), hasBias: linear.hasBias, configuration.precision, times: layerCount)
    }
    norms = (2 * layerCount + (range.projects ? 1 : 0)) * architecture.hiddenSize * 4
    if range.projects {
      head = Self.headBytes(architecture, configuration, storedHeadBytesPerElement)
    }
    keyValue = try Self.keyValueBytes(architecture, layerCount, configuration.keyValue, capacity)
    workspace = Self.workspaceBytes(architecture, range, capacity)
    runtime = Self.runtimeBytes
  }

  private mutating func add(_ linear: PackedLinear, hasBias: Bool, _ precision: Precision, times count: Int) {
    switch precision {
    case .int8:
      weights += count * linear.int8Bytes
      scales += count * linear.scaleBytes
      groupSums += count * linear.groupSumBytes
    case .float32:
      weights += count * linear.floatBytes(bytesPerElement: 4)
    }
    if hasBias { scales += count * linear.biasBytes }
  }

  private static func headBytes(
    _ architecture: Architecture, _ configuration: InstanceConfiguration, _ storedBytesPerElement: Int
  ) -> Int {
    let head = PackedLinear(architecture.head)
    return switch (configuration.precision, configuration.head) {
    case (.int8, .int8): head.int8Bytes + head.scaleBytes + head.groupSumBytes
    case (.int8, .stored) where storedBytesPerElement == 1:
      head.int8Bytes + head.scaleBytes + head.groupSumBytes
    case (.int8, .stored): head.floatBytes(bytesPerElement: storedBytesPerElement)
    case (.float32, _): head.floatBytes(bytesPerElement: 4)
    }
  }

  private static func keyValueBytes(
    _ architecture: Architecture, _ layerCount: Int, _ format: KeyValueFormat, _ capacity: StageCapacity
  ) throws(OctavoError) -> Int {
    let perToken = layerCount * architecture.keyValueBytesPerTokenAndLayer(format)
    let (bytes, overflow) = (capacity.pageCount * Limits.tokensPerPage).multipliedReportingOverflow(by: perToken)
    guard !overflow, bytes <= 1 << 60 else {
      throw OctavoError(
        .resourceExhausted,
        "\(capacity.pageCount) pages of KV at \(perToken) bytes a token exceed 1 EiB: "
          + "lower the context length or the number of sequences")
    }
    return bytes
  }

  /// Every row of the largest microbatch in float32: the residual stream and its norm, queries, keys, values
  /// and attention's result, gate and up, cosines and sines; the widest input quantized, twice, with twelve bytes of
  /// terms a group; its share of the frames. Each part is padded to whole blocks, as linear layers write them.
  /// Attention adds room for the blocks of one row of full length.
  /// The last stage adds logits for every sequence that can sample, and as many samplers' weights at most.
  private static func workspaceBytes(
    _ architecture: Architecture, _ range: StageRange, _ capacity: StageCapacity
  ) -> Int {
    func padded(_ channels: Int) -> Int { channels.roundedUp(toMultipleOf: PackedLinear.outputBlock) }
    let (hidden, query) = (architecture.hiddenSize, architecture.queryChannels)
    let floats =
      2 * padded(hidden) + 2 * padded(query) + 2 * padded(architecture.keyValueChannels)
      + 2 * padded(architecture.intermediateSize) + architecture.headSize
    let widest = max(hidden, query, architecture.intermediateSize)
    let quantized = PackedLinear(inputChannels: widest, outputChannels: 0)
    let row = 4 * floats + 2 * (quantized.valueStrideBytes + 12 * quantized.groupCount) + framesHeld * 4 * hidden
    let vocabulary = padded(architecture.vocabularyCount)
    let logitsRows = min(capacity.sequencesMax, capacity.rowsMax)
    let partials = AttentionPartials(architecture, contextLength: capacity.contextLength)
    return capacity.rowsMax * row + 4 * partials.floatCount + (range.projects ? 4 * vocabulary * 2 * logitsRows : 0)
  }
}
