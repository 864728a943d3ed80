/// The Swift side of the acceptance tests: a server or a client of raw bytes that a test drives through
/// arguments and standard input, and that answers in lines of JSON.
///
///     rpc-peer serve [TLS]            listens on a free port, prints it, stops when standard input ends
///     rpc-peer call TARGET PATH ...   makes one call and prints how it went
@main struct RPCPeer {
  static func main() async throws {
    let words = Array(CommandLine.arguments.dropFirst())
    let options = try Options(words.dropFirst())
    switch words.first {
    case "serve": try await Serve(options: options).run()
    case "call": try await CallCommand(options: options).run()
    default: fatalError("usage: rpc-peer serve|call ...")
    }
  }
}
