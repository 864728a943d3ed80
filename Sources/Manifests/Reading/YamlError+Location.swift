import Core
import Yams

extension YamlError {
  /// The same as one line with the place in `source`; Yams shows the lines themselves.
  func located(in source: String) -> OctavoError {
    switch self {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      refused(source, mark, [context?.text, problem].compactMap { $0 }.joined(separator: ", "))
    case .duplicatedKeysInMapping(let keys, let context):
      refused(source, context.mark, "the key \(keys.map { quoted($0) }.joined(separator: ", ")) stands twice: keep one")
    case .reader(let problem, let offset, _, _):
      OctavoError(.invalidArgument, "\(source): byte \(offset ?? 0): \(problem)")
    default: OctavoError(.invalidArgument, "\(source) cannot be read as YAML", cause: self)
    }
  }

  private func refused(_ source: String, _ mark: Mark, _ problem: String) -> OctavoError {
    let line = problem.split(whereSeparator: \.isNewline).joined(separator: " ")
    return OctavoError(.invalidArgument, "\(source):\(mark.line):\(mark.column): not YAML: \(line)")
  }
}
