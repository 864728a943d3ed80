import ControlPlane
import Core
import Models

/// A model of 8 layers of about 2.6 MB each at INT8, on workers of any size.
enum Fixtures {
  static func model() throws -> ServedModel {
    ServedModel(
      name: try ModelName("kjv"), digest: try CheckpointDigest(hexadecimal: String(repeating: "ab", count: 32)),
      architecture: Architecture(
        hiddenSize: 256, layerCount: 8, headCount: 4, keyValueHeadCount: 2, headSize: 64, intermediateSize: 768,
        vocabularyCount: 2_048, contextLength: 1_024, headIsTied: true),
      configuration: .int8, capacity: StageCapacity(contextLength: 1_024, sequencesMax: 4, rowsMax: 64),
      storedHeadBytesPerElement: 2)
  }

  static let instance = InstanceID("kjv/0")
  static let millisecond: UInt64 = 1_000_000
}
