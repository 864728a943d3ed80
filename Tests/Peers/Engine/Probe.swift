import Core

/// The commands, by name.
enum Probe {
  static func run(_ arguments: [String]) throws(OctavoError) {
    guard let command = arguments.first else { throw usage("no command") }
    let options = try ProbeOptions(Array(arguments.dropFirst()))
    switch command {
    case "logits": try LogitsCommand(options).run()
    case "generate": try GenerateCommand(options).run()
    case "bench": try BenchCommand(options).run()
    case "linear": try LinearCommand(options).run()
    case "quantize": try QuantizeCommand(options).run()
    default: throw usage("no command \(quoted(command))")
    }
  }

  static func usage(_ problem: String) -> OctavoError {
    OctavoError(.invalidArgument, "\(problem): engine-probe bench|generate|logits|linear|quantize --NAME VALUE ...")
  }
}
