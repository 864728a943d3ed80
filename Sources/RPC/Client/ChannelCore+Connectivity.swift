internal import CGRPC
internal import Core

extension ChannelCore {
  func waitUntilReady(timeout: Duration) async throws(OctavoError) {
    let deadline = gpr_timespec(timeout: timeout)
    while true {
      guard let state = withChannel({ grpc_channel_check_connectivity_state($0, 1) }), state != GRPC_CHANNEL_SHUTDOWN
      else { throw OctavoError(.failedPrecondition, "the channel to \(target) is closed") }
      if state == GRPC_CHANNEL_READY { return }
      let hasChanged = await ConnectivityWatch(channel: self).change(from: state, deadline: deadline)
      if Task.isCancelled { throw OctavoError(.cancelled, "the wait for \(target) was cancelled") }
      guard hasChanged || deadline.remaining != .zero else {
        throw OctavoError(.unavailable, "no connection to \(target) within \(timeout): is it running there?")
      }
    }
  }
}
