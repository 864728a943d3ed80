internal import CGRPC

extension gpr_timespec {
  /// The monotonic moment `timeout` from now; `nil` is never.
  init(timeout: Duration?) {
    guard let timeout else {
      self = gpr_inf_future(GPR_CLOCK_MONOTONIC)
      return
    }
    let (seconds, attoseconds) = timeout.components
    let span = gpr_timespec(
      tv_sec: seconds, tv_nsec: Int32(attoseconds / 1_000_000_000), clock_type: GPR_TIMESPAN)
    let isNegative = timeout < .zero
    self = isNegative ? gpr_now(GPR_CLOCK_MONOTONIC) : gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), span)
  }

  /// From now to this moment, zero once it has passed; `nil` for never.
  var remaining: Duration? {
    let never = gpr_inf_future(clock_type)
    guard gpr_time_cmp(self, never) < 0 else { return nil }
    let span = gpr_time_sub(self, gpr_now(clock_type))
    let duration = Duration.seconds(span.tv_sec) + .nanoseconds(Int64(span.tv_nsec))
    return max(duration, .zero)
  }
}
