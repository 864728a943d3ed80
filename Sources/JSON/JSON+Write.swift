package import Core

extension JSON {
  /// This value as UTF-8 text.
  ///
  /// - Parameter indented: two spaces a level and one entry a line, as configurations are written; otherwise
  ///   without any space, as headers are.
  /// - Throws: INTERNAL for a number that is infinite or not a number: JSON has no word for it.
  package func text(indented: Bool = false) throws(OctavoError) -> String {
    var writer = JSONWriter(indented: indented)
    try writer.write(self, depth: 0)
    return writer.text
  }
}
