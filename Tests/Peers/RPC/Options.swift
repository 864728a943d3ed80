import Core
import Foundation
import RPC

/// Words and `--name value` pairs, a name possibly several times.
struct Options {
  private(set) var words: [String] = []
  private var values: [String: [String]] = [:]

  init(_ arguments: some Sequence<String>) throws {
    var iterator = arguments.makeIterator()
    while let argument = iterator.next() {
      guard argument.hasPrefix("--") else {
        words.append(argument)
        continue
      }
      guard let value = iterator.next() else { throw OctavoError(.invalidArgument, "\(argument) needs a value") }
      values[String(argument.dropFirst(2)), default: []].append(value)
    }
  }

  subscript(_ name: String) -> String? { values[name]?.last }

  func all(_ name: String) -> [String] { values[name] ?? [] }

  func number(_ name: String) -> Int? { self[name].flatMap { Int($0) } }

  func file(_ name: String) throws -> [UInt8]? {
    try self[name].map { [UInt8](try Data(contentsOf: URL(fileURLWithPath: $0))) }
  }

  func identity() throws -> TLSIdentity? {
    guard let chain = try file("cert"), let key = try file("key") else { return nil }
    return TLSIdentity(certificateChain: chain, privateKey: key)
  }
}
