internal import CKernels
internal import Core
internal import Models

/// The pages of K and V of a stage's layers, all allocated when the stage loads. They become resident as they are
/// used, 2 MiB of a layer at a time where the kernel has huge pages.
final class KeyValuePages: @unchecked Sendable {
  private let memory: AlignedBuffer<UInt8>
  private let pageBytes: Int
  private let pageCount: Int
  private let headSize: Int
  /// Of one layer.
  let bytesPerToken: Int
  private let format: OctavoPageFormat

  init(_ architecture: Architecture, layerCount: Int, format: KeyValueFormat, pageCount: Int) throws(OctavoError) {
    bytesPerToken = architecture.keyValueBytesPerTokenAndLayer(format)
    pageBytes = Limits.tokensPerPage * bytesPerToken
    self.pageCount = pageCount
    headSize = architecture.headSize
    self.format =
      switch format {
      case .float16: OCTAVO_PAGE_FLOAT16
      case .float32: OCTAVO_PAGE_FLOAT32
      case .int8: OCTAVO_PAGE_INT8
      }
    memory = try AlignedBuffer(count: layerCount * pageCount * pageBytes)
  }

  /// The pages of one of the stage's layers, counted from its first.
  func layout(ofLayer layer: Int) -> OctavoPages {
    OctavoPages(
      base: memory.base + layer * pageCount * pageBytes, page_bytes: pageBytes, head_size: headSize, format: format)
  }
}
