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
  @OptionGroup var sampling: SamplingArguments
  @Option(help: "How many answers to give, 1 to \(Limits.continuationsMax); several are shown when all are there.")
  var continuations: Int?
  @Option(help: "With --json: the logprobs of the prompt's tokens and of this many most probable ones.")
  var promptLogprobs: Int?
  @Option(help: "On whose behalf: tenants share a cluster evenly, and no prefixes.")
  var tenant: String?
  @Option(help: "Requests of a higher one go first, \(-Limits.priorityMax) to \(Limits.priorityMax).")
  var priority = 0
  @Flag(help: "Print the prompt before the answer.")
  var echo = false
  @Flag(help: "Print one JSON object instead of text.")
  var json = false
  @OptionGroup var tls: TLSOptions

  func run() async throws {
    let client = try RouterClient(address: router, credentials: try tls.channelCredentials())
    var answer = Answer()
    do throws(OctavoError) {
      try await client.generate(
        try request(), tenant: try tenant.map { name throws(OctavoError) in try TenantID(name) }
      ) {
        part throws(OctavoError) in
        try answer.append(part)
        if streams { Output.write(part.text) }
      }
    } catch {
      if streams, !answer.isEmpty { Output.line() }
      await client.close()
      throw error
    }
    await client.close()
    if json {
      try Output.json(answer.json)
    } else if streams {
      Output.line()
    } else {
      Output.write(answer.listing)
    }
  }

  private var streams: Bool { !json && continuations ?? 1 == 1 }

  private func request() throws(OctavoError) -> GenerateRequest {
    GenerateRequest(
      model: model, prompt: .text(try text()), maxTokens: try count(sampling.maxTokens, "--max-tokens"),
      temperature: sampling.temperature, topK: try count(sampling.topK, "--top-k"), topP: sampling.topP,
      minP: sampling.minP, seed: sampling.seed, stopStrings: sampling.stop, ignoresEndTokens: sampling.ignoreEndTokens,
      echoes: echo, promptLogprobs: try count(promptLogprobs, "--prompt-logprobs"), logitBias: try sampling.biases(),
      repetitionPenalty: sampling.repetitionPenalty, presencePenalty: sampling.presencePenalty,
      frequencyPenalty: sampling.frequencyPenalty, continuations: try count(continuations, "--continuations"),
      priority: priority)
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
