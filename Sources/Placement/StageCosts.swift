import Core
import Models

/// Bytes of a stage as a function of its layers and pages: all layers are alike, so constants and slopes.
struct StageCosts: Sendable {
  let layerCount: Int
  /// Pages of every stage.
  var pageCount: Int
  /// A stage without layers.
  private let base: Int
  /// What the head adds.
  private let head: Int
  private let weightsPerLayer: Int
  /// Of one layer.
  private let bytesPerPage: Int

  /// - Throws: as `StageMemory`.
  init(_ demand: InstanceDemand) throws(OctavoError) {
    func memory(_ layers: Range<Int>, projects: Bool) throws(OctavoError) -> StageMemory {
      try StageMemory(
        demand.architecture, StageRange(layers: layers, embeds: false, projects: projects), demand.configuration,
        demand.capacity, storedHeadBytesPerElement: demand.storedHeadBytesPerElement)
    }
    let layer = try memory(0..<1, projects: false)
    layerCount = demand.architecture.layerCount
    pageCount = demand.capacity.pageCount
    base = try memory(0..<0, projects: false).total.bytes
    head = try memory(0..<0, projects: true).total.bytes - base
    weightsPerLayer = layer.total.bytes - layer.keyValue - base
    bytesPerPage =
      Limits.tokensPerPage
      * demand.architecture.keyValueBytesPerTokenAndLayer(demand.configuration.keyValue)
    // The largest stage there can be: past this, no product overflows.
    _ = try memory(0..<layerCount, projects: true)
  }

  private var perLayer: Int { weightsPerLayer + pageCount * bytesPerPage }

  func bytes(layers: Int, projects: Bool) -> Int { base + layers * perLayer + (projects ? head : 0) }

  /// Most layers that fit `memory`, at most all.
  func layersMax(in memory: ByteCount, projects: Bool) -> Int {
    let room = memory.bytes.subtractingReportingOverflow(bytes(layers: 0, projects: projects))
    guard !room.overflow, room.partialValue > 0 else { return 0 }
    return min(layerCount, room.partialValue / perLayer)
  }

  /// Most pages that fit `memory` beside what else a stage holds; 0 if not even that fits.
  ///
  /// - Parameter layers: at least 1.
  func pagesMax(in memory: ByteCount, layers: Int, projects: Bool) -> Int {
    let room = memory.bytes.subtractingReportingOverflow(
      base + layers * weightsPerLayer + (projects ? head : 0))
    guard !room.overflow, room.partialValue > 0 else { return 0 }
    return room.partialValue / (layers * bytesPerPage)
  }
}
