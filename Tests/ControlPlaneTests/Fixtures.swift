import ControlPlane
import Core
import Models

/// A model of 8 layers of about 0.8 MB each at INT8, on workers of any size. A page of KV takes 64 KiB of all layers.
enum Fixtures {
  /// - Parameter pageCountMax: `nil` for no more than the least pages, those of four contexts.
  static func model(pageCountMax: Int? = nil, splitGoal: SplitGoal = .mix) throws -> ServedModel {
    let capacity = StageCapacity(contextLength: 1_024, sequencesMax: 4, rowsMax: 64)
    return ServedModel(
      name: try ModelName("kjv"), digest: try CheckpointDigest(hexadecimal: String(repeating: "ab", count: 32)),
      architecture: Architecture(
        hiddenSize: 256, layerCount: 8, headCount: 4, keyValueHeadCount: 2, headSize: 64, intermediateSize: 768,
        vocabularyCount: 2_048, contextLength: 1_024, headIsTied: true),
      configuration: .int8, capacity: capacity, pageCountMax: pageCountMax ?? capacity.pageCount, splitGoal: splitGoal,
      storedHeadBytesPerElement: 2)
  }

  static let instance = InstanceID("kjv/0")
  static let other = InstanceID("kjv/1")
  static let millisecond: UInt64 = 1_000_000

  /// What an order makes a worker hold.
  static func bytes(_ order: LoadOrder) throws -> Int {
    try StageMemory(order.model.architecture, order.range, order.model.configuration, order.model.capacity).total.bytes
  }
}
