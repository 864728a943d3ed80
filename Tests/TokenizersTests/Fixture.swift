import Core
import FoundationEssentials
import JSON
import Tokenizers

/// The King James Bible's tokenizer and what is known of it.
enum Fixture {
  static let folder: String = {
    let here = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
    return here.joined(separator: "/") + "/Fixtures/kjv/"
  }()

  static func json(_ name: String) throws -> JSONField {
    let bytes = Array(try Data(contentsOf: URL(filePath: folder + name)))
    return JSONField(try JSON.parse(bytes, source: name, limits: .configuration), source: name)
  }

  static let tokenizer = Result { try Tokenizer.open(folder + "tokenizer.json") }
}

/// Numbers that are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

/// The code and message of what `body` throws, `nil` if it throws nothing.
func refusal(_ body: () throws(OctavoError) -> some Any) -> OctavoError? {
  do {
    _ = try body()
    return nil
  } catch {
    return error
  }
}
