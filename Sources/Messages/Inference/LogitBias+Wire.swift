package import COctavoProto
package import Core

extension LogitBias: WireMessage {
  package init(reading wire: Octavo__V1__LogitBias) { self.init(token: wire.id, bias: wire.bias) }

  package func write(to wire: inout Octavo__V1__LogitBias, in arena: Arena) {
    wire.id = token
    wire.bias = bias
  }
}
