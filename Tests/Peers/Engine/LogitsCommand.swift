import Core
import Engine

/// Logits of every position of some sequences, one after the other, as float32.
struct LogitsCommand {
  let options: ProbeOptions

  init(_ options: ProbeOptions) { self.options = options }

  func run() throws(OctavoError) {
    let sequences = try Files.readIDs(try options.text("ids"))
    var pipeline = try ProbePipeline(options, contextLength: sequences.map(\.count).max() ?? 1)
    var logits: [Float] = []
    for tokens in sequences {
      try pipeline.open(tokens, .greedy, length: tokens.count)
      logits += try pipeline.logits(tokens, at: 0)
    }
    try Files.write(logits, to: try options.text("out"))
  }
}
