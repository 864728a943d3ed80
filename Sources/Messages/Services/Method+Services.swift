package import RPC

/// The methods of `proto/octavo/v1`, by name.
extension Method {
  package static func inference(_ name: String) -> Method { Method(service: "octavo.v1.Inference", name: name) }
  package static func worker(_ name: String) -> Method { Method(service: "octavo.v1.Worker", name: name) }
  package static func registry(_ name: String) -> Method { Method(service: "octavo.v1.Registry", name: name) }
  package static func admin(_ name: String) -> Method { Method(service: "octavo.v1.Admin", name: name) }
}
