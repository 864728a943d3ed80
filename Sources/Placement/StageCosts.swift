import Core
import Models

/// Bytes of a stage as a function of its number of layers: all layers are alike, so a constant and a slope.
struct StageCosts: Sendable {
  let layerCount: Int
  /// A stage without layers.
  private let base: Int
  /// What the head adds.
  private let head: Int
  private let perLayer: Int

  /// - Throws: as `StageMemory`.
  init(
    _ architecture: Architecture, _ configuration: InstanceConfiguration, _ capacity: StageCapacity,
    storedHeadBytesPerElement: Int
  ) throws(OctavoError) {
    func bytes(_ layers: Range<Int>, projects: Bool) throws(OctavoError) -> Int {
      let range = StageRange(layers: layers, embeds: false, projects: projects)
      let memory = try StageMemory(
        architecture, range, configuration, capacity, storedHeadBytesPerElement: storedHeadBytesPerElement)
      return memory.total.bytes
    }
    layerCount = architecture.layerCount
    base = try bytes(0..<0, projects: false)
    perLayer = try bytes(0..<1, projects: false) - base
    head = try bytes(0..<0, projects: true) - base
    _ = try bytes(0..<layerCount, projects: true)
  }

  func bytes(layers: Int, projects: Bool) -> Int { base + layers * perLayer + (projects ? head : 0) }

  /// Most layers that fit `memory`, at most all.
  func layersMax(in memory: ByteCount, projects: Bool) -> Int {
    let room = memory.bytes.subtractingReportingOverflow(bytes(layers: 0, projects: projects))
    guard !room.overflow, room.partialValue > 0 else { return 0 }
    return min(layerCount, room.partialValue / perLayer)
  }
}
