package import COctavoProto
package import Core

/// Asks for the ids of a text.
package struct TokenizeRequest: Sendable, Hashable {
  /// Empty: the only model served.
  package var model: String
  package var text: String
  package var addsSpecialTokens: Bool

  package init(model: String = "", text: String, addsSpecialTokens: Bool = true) {
    self.model = model
    self.text = text
    self.addsSpecialTokens = addsSpecialTokens
  }
}

extension TokenizeRequest: WireMessage {
  package init(reading wire: Octavo__V1__TokenizeRequest) throws(OctavoError) {
    self.init(
      model: try Reading.text(wire.model, "model"), text: try Reading.text(wire.text, "text"),
      addsSpecialTokens: wire.without_special_tokens == 0)
  }

  package func write(to wire: inout Octavo__V1__TokenizeRequest, in arena: Arena) {
    wire.model = arena.text(model)
    wire.text = arena.text(text)
    wire.without_special_tokens = addsSpecialTokens ? 0 : 1
  }
}
