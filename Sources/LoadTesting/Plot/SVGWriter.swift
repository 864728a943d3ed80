/// Puts an SVG picture together, element by element. Everything it is given as text is escaped.
package struct SVGWriter {
  private(set) var text = ""
  private let style: String
  private let size: (width: Double, height: Double)

  /// - Parameter style: CSS, taken as it is.
  init(width: Double, height: Double, style: String) {
    size = (width, height)
    self.style = style
  }

  /// The whole picture.
  ///
  /// - Parameters:
  ///   - title: for those who cannot see it, and for a pointer that rests on it.
  ///   - description: what there is to see, in a sentence or two.
  func document(title: String, description: String) -> String {
    let (width, height) = (Self.number(size.width), Self.number(size.height))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)" \
      role="img" aria-labelledby="title description">
      <title id="title">\(Self.escaped(title))</title>
      <desc id="description">\(Self.escaped(description))</desc>
      <style>
      \(style)
      </style>
      \(text)</svg>

      """
  }

  /// - Parameters:
  ///   - attributes: by name, in order; numbers as ``number(_:)`` writes them.
  ///   - content: text inside, escaped.
  ///   - note: what a pointer that rests on the element is told.
  mutating func add(
    _ element: String, _ attributes: KeyValuePairs<String, String>, content: String = "", note: String = ""
  ) {
    let written = attributes.map { " \($0.key)=\"\(Self.escaped($0.value))\"" }.joined()
    let inside = (note.isEmpty ? "" : "<title>\(Self.escaped(note))</title>") + Self.escaped(content)
    text += inside.isEmpty ? "<\(element)\(written)/>\n" : "<\(element)\(written)>\(inside)</\(element)>\n"
  }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class kind: String) {
    add(
      "line",
      [
        "class": kind, "x1": Self.number(x1), "y1": Self.number(y1), "x2": Self.number(x2), "y2": Self.number(y2),
      ])
  }

  mutating func label(_ content: String, _ x: Double, _ y: Double, class kind: String) {
    add("text", ["class": kind, "x": Self.number(x), "y": Self.number(y)], content: content)
  }

  /// At most two digits after the point, none that say nothing.
  package static func number(_ value: Double) -> String {
    let rounded = (min(max(value, -1e9), 1e9) * 100).rounded() / 100
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }

  /// Text for an element or an attribute. Characters that XML cannot carry are left out.
  package static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\n", "\t": escaped += " "
      case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": continue
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
