package import COctavoProto
package import Core

/// The models that a router serves, by name.
package struct ListModelsResponse: Sendable, Hashable {
  package var models: [ModelDescription]

  package init(models: [ModelDescription]) { self.models = models }
}

extension ListModelsResponse: WireMessage {
  package init(reading wire: Octavo__V1__ListModelsResponse) throws(OctavoError) {
    self.init(models: try Reading.messages(wire.n_models, wire.models))
  }

  package func write(to wire: inout Octavo__V1__ListModelsResponse, in arena: Arena) {
    (wire.n_models, wire.models) = arena.messages(models)
  }
}
