package import RPC

extension Metadata {
  /// On whose behalf a request runs: the value is a `TenantID`.
  package static let tenantKey = "octavo-tenant"
}
