import Core
import FoundationEssentials
import Tokenizers

#if canImport(Glibc)
  import Glibc
#endif

/// The other side of the tokenizer's acceptance tests: reads one JSON value a line, answers each with one.
///
///     tokenizer-probe encode|encode-plain|decode|decode-all|stream TOKENIZER.JSON
///
/// `encode` reads texts and writes ids with the post-processor's, `encode-plain` without them; `decode` and
/// `stream` read ids and write text without special tokens (`stream` a list of pieces, the end's as the
/// last), `decode-all` with them. `speed` reads texts and writes bytes a second of encoding them.
/// An error is written as `{"error": "CODE: message"}`.
struct Probe {
  let tokenizer: Tokenizer

  func answer(_ mode: String, _ line: Data) throws -> any Encodable {
    switch mode {
    case "encode": try tokenizer.encode(text(line), addingSpecialTokens: true)
    case "encode-plain": try tokenizer.encode(text(line), addingSpecialTokens: false)
    case "decode": try tokenizer.decode(ids(line), skippingSpecialTokens: true)
    case "decode-all": try tokenizer.decode(ids(line), skippingSpecialTokens: false)
    case "stream": try stream(ids(line))
    case "speed": try speed(JSONDecoder().decode([String].self, from: line))
    default: throw OctavoError(.invalidArgument, "no mode \(quoted(mode))")
    }
  }

  private func text(_ line: Data) throws -> String { try JSONDecoder().decode(String.self, from: line) }
  private func ids(_ line: Data) throws -> [TokenID] { try JSONDecoder().decode([TokenID].self, from: line) }

  private func stream(_ ids: [TokenID]) throws -> [String] {
    var stream = TextStream(tokenizer)
    var pieces: [String] = []
    for id in ids { pieces.append(try stream.append(id)) }
    return pieces + [stream.finish()]
  }

  private func speed(_ texts: [String]) throws -> [String: Double] {
    let bytes = texts.reduce(0) { $0 + $1.utf8.count }
    var best = Duration.seconds(1_000)
    for _ in 0..<9 {
      let clock = ContinuousClock()
      best = min(
        best, try clock.measure { for text in texts { _ = try tokenizer.encode(text, addingSpecialTokens: true) } })
    }
    return ["bytesPerSecond": Double(bytes) / (best / .seconds(1))]
  }
}

func write(_ value: any Encodable) throws {
  print(String(decoding: try JSONEncoder().encode(value), as: UTF8.self))
}

func run() throws {
  guard CommandLine.arguments.count == 3 else {
    throw OctavoError(.invalidArgument, "usage: tokenizer-probe MODE TOKENIZER.JSON")
  }
  let probe = Probe(tokenizer: try Tokenizer.open(CommandLine.arguments[2]))
  while let line = readLine() {
    do {
      try write(probe.answer(CommandLine.arguments[1], Data(line.utf8)))
    } catch let error as OctavoError {
      try write(["error": error.description])
    }
  }
}

do {
  try run()
} catch {
  try write(["error": "\(error)"])
  exit(1)
}
