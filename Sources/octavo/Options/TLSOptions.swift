import ArgumentParser
import Core
import Foundation
import Manifests
import RPC

/// Certificates, shared by every command that opens or accepts connections.
struct TLSOptions: ParsableArguments {
  @Option(help: ArgumentHelp("This process's certificate chain, PEM.", valueName: "file"))
  var tlsCert: String?
  @Option(help: ArgumentHelp("The private key of --tls-cert, PEM.", valueName: "file"))
  var tlsKey: String?
  @Option(help: ArgumentHelp("The certificates that peers must lead to, PEM.", valueName: "file"))
  var tlsCa: String?
  @Flag(help: "Allow connections without TLS beyond this machine.")
  var insecure = false

  /// These options where they are given, a manifest's elsewhere.
  func over(_ router: RouterManifest) -> TLSOptions {
    var options = self
    options.tlsCert = tlsCert ?? router.tls?.cert
    options.tlsKey = tlsKey ?? router.tls?.key
    options.tlsCa = tlsCa ?? router.tls?.ca
    options.insecure = insecure || router.insecure
    return options
  }

  /// The same options for another process.
  var arguments: [String] {
    let files = [("--tls-cert", tlsCert), ("--tls-key", tlsKey), ("--tls-ca", tlsCa)]
    return files.flatMap { name, file in file.map { [name, $0] } ?? [] } + (insecure ? ["--insecure"] : [])
  }

  /// - Throws: INVALID_ARGUMENT for half a pair, for a file that cannot be read, and for an address beyond this
  ///   machine with neither certificates nor `--insecure`.
  func serverCredentials(host: String) throws(OctavoError) -> ServerCredentials {
    guard let identity = try identity() else {
      guard insecure || RouterManifest(host: host).isLoopback else {
        throw .invalid(
          "--host", quoted(host),
          "beyond this machine give --tls-cert, --tls-key and --tls-ca, or --insecure on a network you trust")
      }
      return .insecure
    }
    return .tls(
      identity: identity, clientRoots: try tlsCa.map { path throws(OctavoError) in try Self.read(path) } ?? [])
  }

  func channelCredentials() throws(OctavoError) -> ChannelCredentials {
    guard let tlsCa else { return .insecure }
    return .tls(roots: try Self.read(tlsCa), identity: try identity())
  }

  private func identity() throws(OctavoError) -> TLSIdentity? {
    switch (tlsCert, tlsKey) {
    case (nil, nil): return nil
    case (let certificate?, let key?):
      return TLSIdentity(certificateChain: try Self.read(certificate), privateKey: try Self.read(key))
    case (_?, nil): throw OctavoError(.invalidArgument, "--tls-cert is given without --tls-key: give both")
    case (nil, _?): throw OctavoError(.invalidArgument, "--tls-key is given without --tls-cert: give both")
    }
  }

  private static func read(_ path: String) throws(OctavoError) -> [UInt8] {
    do {
      return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw OctavoError(.invalidArgument, "\(quoted(path)) cannot be read: check the path", cause: error)
    }
  }
}
