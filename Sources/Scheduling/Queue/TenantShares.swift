import Core

/// What each tenant that has a sequence has had, in tokens.
///
/// A tenant that comes back begins at what the least served had when last one was chosen: idleness is no credit.
/// Source: the virtual token counter of Sheng et al., "Fairness in Serving Large Language Models", 2024.
struct TenantShares: Sendable {
  private struct Share {
    var tokens: UInt64
    var sequenceCount: Int
  }

  private var shares: [TenantID: Share] = [:]
  private var floor: UInt64 = 0

  subscript(tenant: TenantID) -> UInt64 { shares[tenant]?.tokens ?? floor }

  var tenantCount: Int { shares.count }

  /// One more of its sequences waits or runs.
  mutating func enter(_ tenant: TenantID) {
    shares[tenant, default: Share(tokens: floor, sequenceCount: 0)].sequenceCount += 1
  }

  /// One less does. A tenant without sequences is forgotten.
  mutating func leave(_ tenant: TenantID) {
    guard var share = shares[tenant] else { return }
    share.sequenceCount -= 1
    shares[tenant] = share.sequenceCount == 0 ? nil : share
  }

  mutating func charge(_ tenant: TenantID, _ tokens: Int) { shares[tenant]?.tokens += UInt64(tokens) }

  /// The tenant was chosen: it had least.
  mutating func serve(_ tenant: TenantID) { floor = max(floor, self[tenant]) }
}
