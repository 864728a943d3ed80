import Core
import Engine

/// `--name value` pairs.
struct ProbeOptions {
  private var values: [String: String] = [:]

  init(_ arguments: [String]) throws(OctavoError) {
    guard arguments.count.isMultiple(of: 2) else { throw Probe.usage("an option without a value") }
    for index in stride(from: 0, to: arguments.count, by: 2) {
      guard arguments[index].hasPrefix("--") else { throw Probe.usage("no option \(quoted(arguments[index]))") }
      values[String(arguments[index].dropFirst(2))] = arguments[index + 1]
    }
  }

  func text(_ name: String) throws(OctavoError) -> String {
    guard let value = values[name] else { throw Probe.usage("--\(name) is missing") }
    return value
  }

  func integer(_ name: String, default fallback: Int) throws(OctavoError) -> Int {
    guard let value = values[name] else { return fallback }
    guard let integer = Int(value), integer > 0 else { throw .invalid("--\(name)", quoted(value), "give a number") }
    return integer
  }

  func number(_ name: String, default fallback: Float) throws(OctavoError) -> Float {
    guard let value = values[name] else { return fallback }
    guard let number = Float(value) else { throw .invalid("--\(name)", quoted(value), "give a number") }
    return number
  }

  /// Between commas; none if the option is absent.
  func numbers(_ name: String) throws(OctavoError) -> [Float] {
    var numbers: [Float] = []
    for text in (values[name] ?? "").split(separator: ",") {
      guard let number = Float(text) else { throw .invalid("--\(name)", quoted(String(text)), "give numbers") }
      numbers.append(number)
    }
    return numbers
  }

  func choice<Choice: RawRepresentable<String>>(
    _ name: String, default fallback: Choice
  ) throws(OctavoError) -> Choice {
    guard let value = values[name] else { return fallback }
    guard let choice = Choice(rawValue: value) else {
      throw .invalid("--\(name)", quoted(value), "no such choice")
    }
    return choice
  }
}
