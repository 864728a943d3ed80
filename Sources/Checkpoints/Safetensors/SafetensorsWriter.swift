import Crypto
package import Core

/// Writes a safetensors file tensor by tensor, in any order, holding none of them.
///
/// The header's length is known from the start, the hash of each tensor in `__metadata__` included;
/// ``finish()`` writes it. A writer that is dropped before that removes its file.
package struct SafetensorsWriter: ~Copyable {
  private let file: NewFile
  private let plan: SafetensorsPlan
  private var hashes: [String: String] = [:]
  private var current: Part?

  /// A tensor some of whose bytes are written.
  private struct Part {
    var entry: SafetensorsHeader.Entry
    var writtenBytes = 0
    var hash = SHA256()
  }

  /// Creates the file.
  ///
  /// - Parameters:
  ///   - path: of a file that does not exist yet.
  ///   - tensors: all that will be written, in the order in which tensors of one element size will lie.
  ///   - metadata: further entries of `__metadata__`, such as `("format", "pt")`.
  /// - Throws: ALREADY_EXISTS if there is such a file; INVALID_ARGUMENT for a name that stands twice or a shape
  ///   with a dimension under 1; RESOURCE_EXHAUSTED for more tensors than a reader takes.
  package init(
    path: String, tensors: [TensorLayout], metadata: [(key: String, value: String)] = []
  ) throws(OctavoError) {
    let plan = try SafetensorsPlan(tensors, metadata: metadata, path: path)
    file = try NewFile(path: path)
    self.plan = plan
  }

  /// Appends bytes to the tensor `name`, whole or in parts, row by row and little-endian. Another tensor may
  /// begin only when this one is complete.
  ///
  /// - Throws: INVALID_ARGUMENT for an unknown tensor, one that is complete, too many bytes, or while another is
  ///   incomplete; what the system says when writing fails.
  package mutating func append(_ bytes: RawSpan, to name: String) throws(OctavoError) {
    var part = try takePart(name)
    let (end, remaining) = (part.writtenBytes + bytes.byteCount, part.entry.range.count - part.writtenBytes)
    guard bytes.byteCount <= remaining else {
      throw .invalid("\(file.path): bytes of \(quoted(name))", "\(end)", "it takes \(part.entry.range.count)")
    }
    try file.write(bytes, at: part.entry.range.lowerBound + part.writtenBytes)
    part.hash.update(bytes)
    part.writtenBytes = end
    if end < part.entry.range.count {
      current = part
    } else {
      current = nil
      hashes[name] = part.hash.finalize().hexadecimal
    }
  }

  private func takePart(_ name: String) throws(OctavoError) -> Part {
    if let current {
      guard current.entry.name == name else {
        throw OctavoError(
          .invalidArgument,
          "\(file.path): \(quoted(name)) begins before \(quoted(current.entry.name)) is complete")
      }
      return current
    }
    guard let entry = plan.entry(name) else {
      throw OctavoError(.invalidArgument, "\(file.path): \(quoted(name)) was not announced")
    }
    guard hashes[name] == nil else {
      throw OctavoError(.invalidArgument, "\(file.path): \(quoted(name)) is complete already")
    }
    return Part(entry: entry)
  }

  /// Writes the header with the hashes, puts everything on the disk and reads the header back.
  ///
  /// - Throws: FAILED_PRECONDITION if a tensor is incomplete; DATA_LOSS if what was written is not what a
  ///   reader finds. The file is removed in both cases.
  package consuming func finish() throws(OctavoError) {
    if let missing = plan.entries.first(where: { hashes[$0.name] == nil }) {
      throw OctavoError(.failedPrecondition, "\(file.path): \(quoted(missing.name)) is incomplete")
    }
    let header = try plan.header(hashes: hashes)
    try file.write(header.span.bytes, at: 0)
    let written = try SafetensorsHeader(of: MappedFile(path: file.path))
    guard written.entries == plan.entries, written.holdsHashes else {
      throw OctavoError(.dataLoss, "\(file.path) does not read back as it was written: check the disk")
    }
    try file.close()
  }
}
