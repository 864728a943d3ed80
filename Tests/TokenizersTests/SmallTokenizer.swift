import Core
import JSON
import Tokenizers

/// A tokenizer.json of 256 bytes and a few merges, to be changed by a test.
struct SmallTokenizer {
  static let byteCount = 256

  var root: JSON.Object

  /// - Parameter merges: pairs of tokens as the file spells them; what they become is added to the vocabulary.
  init(merges: [(String, String)] = []) {
    var vocabulary = JSON.Object()
    for (id, scalar) in Self.alphabet.enumerated() { vocabulary[String(scalar)] = .integer(id) }
    for (left, right) in merges where vocabulary[left + right] == nil {
      vocabulary[left + right] = .integer(vocabulary.count)
    }
    root = [
      "version": "1.0", "added_tokens": [], "normalizer": nil, "post_processor": nil,
      "pre_tokenizer": .object([
        "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false,
      ]),
      "decoder": .object(["type": "ByteLevel"]),
      "model": .object([
        "type": "BPE", "vocab": .object(vocabulary),
        "merges": .array(merges.map { .array([.string($0.0), .string($0.1)]) }),
      ]),
    ]
  }

  /// GPT-2's characters for the bytes 0 to 255, built here in another way than in the module.
  static let alphabet: [Unicode.Scalar] = (0..<256).map { byte in
    let printable = [0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF]
    if printable.contains(where: { $0.contains(byte) }) { return Unicode.Scalar(UInt8(byte)) }
    let unprintable = (0..<byte).filter { value in !printable.contains { $0.contains(value) } }.count
    return Unicode.Scalar(0x100 + UInt16(unprintable)) ?? "?"
  }

  /// Sets the value at a path of keys, creating nothing on the way.
  mutating func set(_ path: [String], _ value: JSON) {
    root = Self.setting(path[...], value, in: root)
  }

  /// Splits by `pattern`, then goes on as before.
  mutating func split(by pattern: String) {
    let split: JSON = .object([
      "type": "Split", "pattern": .object(["Regex": .string(pattern)]), "behavior": "Isolated", "invert": false,
    ])
    root["pre_tokenizer"] = .object([
      "type": "Sequence", "pretokenizers": .array([split, root["pre_tokenizer"] ?? .null]),
    ])
  }

  mutating func add(_ content: String, id: Int, special: Bool = false) {
    guard case .array(var tokens) = root["added_tokens"] else { return }
    tokens.append(
      .object([
        "id": .integer(id), "content": .string(content), "single_word": false, "lstrip": false, "rstrip": false,
        "normalized": false, "special": .bool(special),
      ]))
    root["added_tokens"] = .array(tokens)
  }

  func tokenizer() throws(OctavoError) -> Tokenizer {
    try Tokenizer(json: Array(JSON.object(root).text().utf8))
  }

  private static func setting(_ path: ArraySlice<String>, _ value: JSON, in object: JSON.Object) -> JSON.Object {
    guard let key = path.first else { return object }
    var object = object
    if path.count == 1 {
      object[key] = value
    } else if case .object(let inner) = object[key] {
      object[key] = .object(setting(path.dropFirst(), value, in: inner))
    }
    return object
  }
}
