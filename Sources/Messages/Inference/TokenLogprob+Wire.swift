package import COctavoProto
package import Core

extension TokenLogprob: WireMessage {
  package init(reading wire: Octavo__V1__TokenLogprob) throws(OctavoError) {
    self.init(token: wire.id, logprob: wire.logprob)
  }

  package func write(to wire: inout Octavo__V1__TokenLogprob, in arena: Arena) {
    wire.id = token
    wire.logprob = logprob
  }
}
