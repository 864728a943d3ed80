import ArgumentParser
import Client
import Core
import Foundation
import JSON
import Messages

struct Generate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sends a prompt to a router and streams the answer.",
    discussion: """
      The text goes to stdout as it is made. Ctrl-C ends the request and frees what it held. With --json one object \
      is printed at the end: {"text", "ids", "finishReason", "usage"}.
      """)

  @Argument(help: "The prompt. `-` reads it from stdin.")
  var prompt: String
  @Option(help: ArgumentHelp("The router.", valueName: "host:port"))
  var router = Ports.routerAddress
  @Option(help: "The model's name. Default: the only one served.")
  var model = ""
  @Option(help: "Most tokens to generate. Default: what the context leaves.")
  var maxTokens: Int?
  @Option(help: "0 is greedy. Default: 1.")
  var temperature: Float?
  @Option(help: "Keep this many most probable tokens.")
  var topK: Int?
  @Option(help: "Keep the most probable tokens that add up to this probability.")
  var topP: Float?
  @Option(help: "Drop tokens less probable than this fraction of the most probable one.")
  var minP: Float?
  @Option(help: "The same request with the same seed gets the same answer. Default: drawn.")
  var seed: UInt64?
  @Option(help: "Stop before this text appears. May be repeated.")
  var stop: [String] = []
  @Flag(help: "Go on past the model's end tokens.")
  var ignoreEndTokens = false
  @Flag(help: "Print the prompt before the answer.")
  var echo = false
  @Flag(help: "Print one JSON object instead of text.")
  var json = false
  @OptionGroup var tls: TLSOptions

  func run() async throws {
    let client = try RouterClient(address: router, credentials: try tls.channelCredentials())
    var answer = Answer()
    do throws(OctavoError) {
      try await client.generate(try request()) { part throws(OctavoError) in
        answer.append(part)
        if !json { Output.write(part.text) }
      }
    } catch {
      if !json, !answer.text.isEmpty { Output.line() }
      await client.close()
      throw error
    }
    await client.close()
    if json { try Output.json(answer.json) } else { Output.line() }
  }

  private func request() throws(OctavoError) -> GenerateRequest {
    GenerateRequest(
      model: model, prompt: .text(try text()), maxTokens: try count(maxTokens, "--max-tokens"),
      temperature: temperature, topK: try count(topK, "--top-k"), topP: topP, minP: minP, seed: seed,
      stopStrings: stop, ignoresEndTokens: ignoreEndTokens, echoes: echo)
  }

  /// - Throws: INVALID_ARGUMENT for a number that the wire cannot carry.
  private func count(_ number: Int?, _ option: String) throws(OctavoError) -> Int? {
    guard let number else { return nil }
    guard (0...Int(UInt32.max)).contains(number) else { throw .invalid(option, "\(number)", "give at least 1") }
    return number
  }

  private func text() throws(OctavoError) -> String {
    guard prompt == "-" else { return prompt }
    let bytes: Data
    do {
      bytes = try FileHandle.standardInput.read(upToCount: Limits.promptBytesMax + 1) ?? Data()
    } catch {
      throw OctavoError(.invalidArgument, "stdin cannot be read", cause: error)
    }
    guard bytes.count <= Limits.promptBytesMax else {
      throw .invalid("the prompt", "over \(Limits.promptBytesMax) bytes long", "shorten it")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .invalid("the prompt on stdin", "not valid UTF-8", "encode it as UTF-8")
    }
    return text
  }
}
