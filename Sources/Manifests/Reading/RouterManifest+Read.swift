import Core

extension RouterManifest {
  init(_ field: ManifestField) throws(OctavoError) {
    let members = try field.members(["host", "port", "tls", "insecure", "metricsPort"])
    self.init(
      host: try members["host"]?.text() ?? Self.hostByDefault,
      port: try members["port"]?.integer(in: 0...65_535) ?? Self.portByDefault,
      tls: try Self.tls(members["tls"]),
      insecure: try members["insecure"]?.bool() ?? false,
      metricsPort: try members["metricsPort"]?.integer(in: 0...65_535))
    if let insecure = members["insecure"], self.insecure, tls != nil {
      throw insecure.mismatch("there is a tls section as well: keep one of the two")
    }
    if let host = members["host"], !isLoopback, tls == nil, !insecure {
      throw host.mismatch("other machines reach that host: add a tls section, or insecure: true")
    }
  }

  private static func tls(_ field: ManifestField?) throws(OctavoError) -> TLS? {
    guard let field else { return nil }
    let members = try field.members(["cert", "key", "ca"])
    return TLS(
      cert: try members.required("cert", "give the path of a PEM certificate").text(),
      key: try members.required("key", "give the path of its PEM key").text(),
      ca: try members["ca"]?.text())
  }
}
