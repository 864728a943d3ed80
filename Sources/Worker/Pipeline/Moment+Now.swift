package import Core
import Dispatch

extension Moment {
  /// Now, on the system's monotonic clock.
  package static var now: Moment { Moment(nanoseconds: DispatchTime.now().uptimeNanoseconds) }
}
