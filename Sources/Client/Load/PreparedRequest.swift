import Core
import LoadTesting
import RPC

/// A request ready to be sent.
struct PreparedRequest: Sendable {
  var planned: PlannedRequest
  var payload: Payload
  var metadata: Metadata
}
