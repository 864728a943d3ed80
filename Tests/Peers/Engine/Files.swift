import Core
import Glibc

/// Whole files in and out.
enum Files {
  static func read(_ path: String) throws(OctavoError) -> [UInt8] {
    guard let file = fopen(path, "rb") else { throw OctavoError(.notFound, "\(path) cannot be opened") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }

  static func write<Element: BitwiseCopyable>(_ elements: [Element], to path: String) throws(OctavoError) {
    guard let file = fopen(path, "wb") else { throw OctavoError(.permissionDenied, "\(path) cannot be written") }
    defer { fclose(file) }
    let written = elements.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
    guard written == elements.count * MemoryLayout<Element>.stride else {
      throw OctavoError(.resourceExhausted, "\(path) was cut: is the disk full?")
    }
  }

  static func readElements<Element: BitwiseCopyable>(_ path: String) throws(OctavoError) -> [Element] {
    let bytes = try read(path)
    let count = bytes.count / MemoryLayout<Element>.stride
    return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      UnsafeMutableRawBufferPointer(buffer).copyBytes(from: bytes.prefix(count * MemoryLayout<Element>.stride))
      initialized = count
    }
  }

  /// Lines of numbers between spaces.
  static func readIDs(_ path: String) throws(OctavoError) -> [[TokenID]] {
    let text = String(decoding: try read(path), as: UTF8.self)
    return text.split(separator: "\n").map { line in line.split(separator: " ").compactMap { TokenID($0) } }
  }
}
