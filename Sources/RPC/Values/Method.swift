/// A method of a service, such as `Generate` of `octavo.v1.Inference`.
package struct Method: Sendable, Hashable, CustomStringConvertible {
  package let service: String
  package let name: String
  /// As it travels: `/octavo.v1.Inference/Generate`.
  package let path: String

  package init(service: String, name: String) {
    self.service = service
    self.name = name
    path = "/\(service)/\(name)"
  }

  /// What a client asked for, taken apart at the last slash.
  init(path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    service = parts.dropFirst().dropLast().joined(separator: "/")
    name = String(parts.last ?? "")
    self.path = path
  }

  package var description: String { "\(service)/\(name)" }

  package static func == (left: Method, right: Method) -> Bool { left.path == right.path }
  package func hash(into hasher: inout Hasher) { hasher.combine(path) }
}
