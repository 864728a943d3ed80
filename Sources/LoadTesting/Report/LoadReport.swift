package import JSON

/// One or more runs against one model.
package struct LoadReport: Sendable {
  /// What was measured, as the router describes it.
  package var model: String
  package var digest: String
  package var contextLength: Int
  package var vocabularySize: Int
  package var workload: WorkloadSettings
  package var connections: Int
  package var runs: [LoadResult]

  package init(
    model: String, digest: String, contextLength: Int, vocabularySize: Int, workload: WorkloadSettings,
    connections: Int, runs: [LoadResult]
  ) {
    self.model = model
    self.digest = digest
    self.contextLength = contextLength
    self.vocabularySize = vocabularySize
    self.workload = workload
    self.connections = connections
    self.runs = runs
  }

  /// Lengths come from a trace rather than from the settings.
  private var isTraced: Bool {
    runs.contains { if case .trace = $0.arrivals { true } else { false } }
  }

  package var json: JSON {
    var object = JSON.Object()
    object["model"] = .object([
      "name": .string(model), "digest": .string(digest), "contextLength": .integer(contextLength),
      "vocabularySize": .integer(vocabularySize),
    ])
    object["workload"] = .object(workload.json(isTraced: isTraced))
    object["connections"] = .integer(connections)
    object["runs"] = .array(runs.map(\.json))
    return .object(object)
  }
}

extension WorkloadSettings {
  fileprivate func json(isTraced: Bool) -> JSON.Object {
    var object = JSON.Object()
    // 64 bits, more than JSON's readers keep as a number.
    object["seed"] = .string("\(seed)")
    object["promptTokens"] = .string(isTraced ? "trace" : promptTokens.description)
    object["outputTokens"] = .string(isTraced ? "trace" : outputTokens.description)
    object["sharedPrefixTokens"] = .integer(sharedPrefixTokens)
    object["prefixGroups"] = .integer(prefixGroups)
    object["cancelledFraction"] = .number(cancelledFraction)
    object["tenants"] = .integer(tenants)
    object["priority"] = .integer(priority)
    object["temperature"] = .number(temperature)
    object["continuations"] = .integer(continuations)
    object["honorsEndTokens"] = .bool(honorsEndTokens)
    return object
  }
}
