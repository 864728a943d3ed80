import Core

/// The models of a router, by name.
struct ModelTable: Sendable {
  private let drivers: [ModelName: ModelDriver]

  /// - Throws: INVALID_ARGUMENT for two models of one name or for none at all.
  init(_ drivers: [ModelDriver]) throws(OctavoError) {
    guard !drivers.isEmpty else { throw OctavoError(.invalidArgument, "there is no model to serve: name at least one") }
    var table: [ModelName: ModelDriver] = [:]
    for driver in drivers where table.updateValue(driver, forKey: driver.model.name) != nil {
      throw .invalid("model name", quoted(driver.model.name.text), "two models share it: rename one directory")
    }
    self.drivers = table
  }

  var all: [ModelDriver] { drivers.values.sorted { $0.model.name < $1.model.name } }

  /// - Parameter name: empty for the only model.
  /// - Throws: NOT_FOUND with the names there are.
  func driver(named name: String) throws(OctavoError) -> ModelDriver {
    if name.isEmpty, drivers.count == 1, let only = drivers.values.first { return only }
    if let known = try? ModelName(name), let driver = drivers[known] { return driver }
    let names = all.map(\.model.name.text).joined(separator: ", ")
    let seen = name.isEmpty ? "the request names no model" : "there is no model named \(quoted(name))"
    throw OctavoError(.notFound, "\(seen): served here are \(names)")
  }
}
