import Core
import Yams

/// The text of a manifest on its way to a tree of nodes.
struct ManifestText {
  /// A manifest for the largest cluster is a few kilobytes; nesting is bounded by the parser, at 1,000.
  static let bytesMax = 256 << 10

  let source: String
  let text: String

  /// - Throws: RESOURCE_EXHAUSTED past ``bytesMax``; INVALID_ARGUMENT for what is not UTF-8.
  init(_ bytes: [UInt8], source: String) throws(OctavoError) {
    guard bytes.count <= Self.bytesMax else {
      throw OctavoError(.resourceExhausted, "\(source) has more than \(Self.bytesMax) bytes: is it a manifest?")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw OctavoError(.invalidArgument, "\(source) is not UTF-8: is it a manifest?")
    }
    self.source = source
    self.text = text
  }

  /// The root of the one document.
  ///
  /// - Throws: INVALID_ARGUMENT with line and column for what is not YAML, for duplicate keys, aliases, and more
  ///   than one document.
  func root() throws(OctavoError) -> ManifestField {
    try refuseAliases()
    do {
      let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
      guard let node = try parser.singleRoot() else {
        throw OctavoError(.invalidArgument, "\(source) is empty: describe a cluster")
      }
      return ManifestField(source: source, path: "", node: node)
    } catch let error as OctavoError {
      throw error
    } catch let error as YamlError {
      throw error.located(in: source)
    } catch {
      throw OctavoError(.invalidArgument, "\(source) cannot be read as YAML", cause: error)
    }
  }

  /// An alias needs an anchor of its name. Every `&name` and `*name` counts, also in quotation marks and comments:
  /// telling those apart takes a parser, and the parser already follows aliases.
  private func refuseAliases() throws(OctavoError) {
    let anchors = Set(names(after: UInt8(ascii: "&")).map(\.name))
    guard let alias = names(after: UInt8(ascii: "*")).first(where: { anchors.contains($0.name) }) else { return }
    throw OctavoError(
      .invalidArgument,
      "\(source):\(alias.line): \(quoted("*" + alias.name)) is an alias of \(quoted("&" + alias.name)): aliases are "
        + "not read, write the value out")
  }

  private func names(after sign: UInt8) -> [(name: String, line: Int)] {
    var names: [(String, Int)] = []
    for (index, line) in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      for part in line.split(separator: sign, omittingEmptySubsequences: false).dropFirst() {
        let name = String(decoding: part.prefix(while: Self.isInName), as: UTF8.self)
        if !name.isEmpty { names.append((name, index + 1)) }
      }
    }
    return names
  }

  private static func isInName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
