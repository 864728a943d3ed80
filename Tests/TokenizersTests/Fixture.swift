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

/// The code and message of what `body` throws, `nil` if it throws nothing.
func refusal(_ body: () throws(OctavoError) -> some Any) -> OctavoError? {
  do {
    _ = try body()
    return nil
  } catch {
    return error
  }
}
