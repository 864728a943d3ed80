internal import Glibc

extension EventLoopCore {
  /// Registers what must end before the loop does; `false` if the loop is ending already.
  func admit(_ resident: any Resident) -> Bool {
    shared.withLock { shared in
      guard !shared.isClosing else { return false }
      shared.residents[ObjectIdentifier(resident)] = WeakResident(resident)
      return true
    }
  }

  func dismiss(_ identifier: ObjectIdentifier) {
    shared.withLock { _ = $0.residents.removeValue(forKey: identifier) }
  }

  func shutdown() async {
    let residents = shared.withLock { shared in
      shared.isClosing = true
      return shared.residents.values.compactMap(\.resident)
    }
    for resident in residents { await resident.retire() }
    gate.close()
    await withCheckedContinuation { continuation in
      let isFinished = shared.withLock { shared in
        if !shared.isFinished { shared.finishWaiters.append(continuation) }
        return shared.isFinished
      }
      if isFinished { continuation.resume() }
    }
    if claimThread() { pthread_join(thread, nil) }
  }

  /// Nobody holds the loop any more: lets the thread end by itself.
  func abandon() {
    gate.close()
    if claimThread() { pthread_detach(thread) }
  }

  func claimThread() -> Bool {
    shared.withLock { shared in
      defer { shared.isJoined = true }
      return !shared.isJoined
    }
  }
}
