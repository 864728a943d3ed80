internal import CGRPC
internal import CGRPCShims
internal import Core

/// A native call and the count of its batches in flight. Subclasses say what the batches mean.
///
/// The native call is released when its end is known and the last batch is back, on the loop's thread;
/// from then on nothing starts and nothing is cancelled.
class Call: Tag, @unchecked Sendable {
  private struct Native {
    var call: Handle?
    var inFlight = 0
    var isEnded = false
  }

  private let native: Guarded<Native>

  /// Takes over the caller's reference to `call`.
  init(call: Handle) { native = Guarded(Native(call: call)) }

  /// Runs once, on the loop's thread, after the native call is released.
  func released() {}

  /// Starts a batch. `prepare` runs under the call's lock; if it returns `nil` nothing is started.
  ///
  /// - Returns: whether the batch is in flight; if not, its step will not complete.
  final func start(_ step: UInt, _ prepare: (inout Batch) -> Void) -> Bool {
    var batch = Batch()
    prepare(&batch)
    return start(step, batch)
  }

  final func start(_ step: UInt, _ batch: Batch) -> Bool {
    native.withLock { native in
      guard let call = native.call, !native.isEnded else { return false }
      let error = batch.start(on: call.pointer, tag: give(step))
      guard error == GRPC_CALL_OK else {
        takeBack()
        return false
      }
      native.inFlight += 1
      return true
    }
  }

  /// Every completed batch reports here once, after its results are read.
  ///
  /// - Parameter ends: the call's end is known.
  final func batchDone(ends: Bool = false) {
    let call: Handle? = native.withLock { native in
      native.inFlight -= 1
      if ends { native.isEnded = true }
      guard native.isEnded, native.inFlight == 0 else { return nil }
      defer { native.call = nil }
      return native.call
    }
    guard let call else { return }
    grpc_call_unref(call.pointer)
    released()
  }

  /// Gives up a call of which no batch is in flight.
  final func abandon() {
    native.withLock { $0.inFlight += 1 }
    batchDone(ends: true)
  }

  /// Ends the call with `code` if it has not ended; the other side sees CANCELLED.
  final func cancel(_ code: StatusCode, _ message: String) {
    native.withLock { native in
      guard let call = native.call, !native.isEnded else { return }
      grpc_call_cancel_with_status(call.pointer, grpc_status_code(Int32(code.rawValue)), message, nil)
    }
  }

  /// Reads something from the native call while it lives.
  final func read<Result: Sendable>(_ body: (OpaquePointer) -> Result) -> Result? {
    native.withLock { native in native.call.map { body($0.pointer) } }
  }
}
