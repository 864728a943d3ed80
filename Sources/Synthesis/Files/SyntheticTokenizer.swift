internal import Core
internal import JSON
internal import Models
internal import Tokenizers

/// A byte-level BPE tokenizer.json that fills a model's vocabulary: the 256 bytes, the pairs of lower-case
/// letters, which merge, then words of four letters which nothing merges to. Any text has ids, and every id has a text.
///
/// Words without merges keep the file quick to load; some merges there must be, as converters expect a list
/// that is not empty.
struct SyntheticTokenizer {
  private static let letters = (UInt8(ascii: "a")...UInt8(ascii: "z")).map { String(Unicode.Scalar($0)) }
  private static let wordLetters = 4
  private static let unknown = "<unk>"

  private let model: PublicModel
  private var special: [TokenID: String] {
    Dictionary(uniqueKeysWithValues: model.specialTokens.map { ($0.id, $0.content) })
  }

  init(_ model: PublicModel) { self.model = model }

  /// tokenizer.json.
  var members: JSON.Object {
    let (vocabulary, merges) = vocabularyAndMerges()
    return [
      "version": "1.0", "truncation": nil, "padding": nil,
      "added_tokens": .array(model.specialTokens.map(Self.added)),
      "normalizer": model.architecture.family == .qwen2 ? .object(["type": "NFC"]) : nil,
      "pre_tokenizer": .object([
        "type": "Sequence", "pretokenizers": .array([split, Self.byteLevel]),
      ]),
      "post_processor": model.opensTexts ? template : Self.byteLevel,
      "decoder": Self.byteLevel,
      "model": .object([
        "type": "BPE", "dropout": nil, "unk_token": nil, "continuing_subword_prefix": nil,
        "end_of_word_suffix": nil, "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
        "vocab": .object(vocabulary), "merges": .array(merges),
      ]),
    ]
  }

  /// tokenizer_config.json.
  var configuration: JSON.Object {
    var members: JSON.Object = [
      "tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": false,
      "model_max_length": .integer(model.architecture.contextLength),
      "add_bos_token": .bool(model.opensTexts),
    ]
    if model.opensTexts, let begin = beginContent { members["bos_token"] = .string(begin) }
    // No text lacks an id, but CTranslate2 asks for the token's name.
    if special.values.contains(Self.unknown) { members["unk_token"] = .string(Self.unknown) }
    if let end = model.architecture.endTokens.last.flatMap({ special[$0] }) { members["eos_token"] = .string(end) }
    return members
  }

  private var beginContent: String? { model.architecture.beginToken.flatMap { special[$0] } }

  /// Special tokens keep their ids; all others get the free ones in order.
  private func vocabularyAndMerges() -> (JSON.Object, [JSON]) {
    let special = special
    var merges: [JSON] = []
    var texts = ByteLevel.scalars.map { String($0) }
    for first in Self.letters {
      for second in Self.letters where texts.count + special.count < model.architecture.vocabularyCount {
        merges.append(.array([.string(first), .string(second)]))
        texts.append(first + second)
      }
    }
    let space = String(ByteLevel.scalars[Int(UInt8(ascii: " "))])
    var vocabulary = JSON.Object()
    var plain = 0
    for id in 0..<model.architecture.vocabularyCount {
      if let content = special[TokenID(id)] {
        vocabulary[content] = .integer(id)
      } else {
        vocabulary[plain < texts.count ? texts[plain] : space + Self.word(plain - texts.count)] = .integer(id)
        plain += 1
      }
    }
    return (vocabulary, merges)
  }

  /// Four letters that differ for every number under 456,976; larger numbers get as many more as they need.
  private static func word(_ number: Int) -> String {
    var (rest, word) = (number, "")
    while rest > 0 || word.utf8.count < wordLetters {
      word = letters[rest % letters.count] + word
      rest /= letters.count
    }
    return word
  }

  /// Numbers one digit at a time in Qwen, three in the others.
  private var split: JSON {
    let digits = model.architecture.family == .qwen2 ? #"\p{N}"# : #"\p{N}{1,3}"#
    let pattern =
      #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"# + digits
      + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    return .object([
      "type": "Split", "pattern": .object(["Regex": .string(pattern)]), "behavior": "Isolated", "invert": false,
    ])
  }

  private static let byteLevel = JSON.object([
    "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": false,
  ])

  private static func added(_ token: SpecialToken) -> JSON {
    .object([
      "id": .integer(Int(token.id)), "content": .string(token.content), "single_word": false, "lstrip": false,
      "rstrip": false, "normalized": false, "special": true,
    ])
  }

  /// The begin token before a text, and before each of two.
  private var template: JSON {
    guard let id = model.architecture.beginToken, let content = beginContent else { return Self.byteLevel }
    func part(_ kind: String, _ name: String, _ type: Int) -> JSON {
      .object([kind: .object(["id": .string(name), "type_id": .integer(type)])])
    }
    return .object([
      "type": "TemplateProcessing",
      "single": .array([part("SpecialToken", content, 0), part("Sequence", "A", 0)]),
      "pair": .array([
        part("SpecialToken", content, 0), part("Sequence", "A", 0), part("SpecialToken", content, 1),
        part("Sequence", "B", 1),
      ]),
      "special_tokens": .object([
        content: .object([
          "id": .string(content), "ids": .array([.integer(Int(id))]), "tokens": .array([.string(content)]),
        ])
      ]),
    ])
  }
}
