package import Core

/// What one worker offers to a model.
package struct WorkerBudget: Sendable, Hashable {
  package var id: WorkerID
  /// Memory its stage may keep resident, the process itself included.
  package var memory: ByteCount
  package var rates: WorkerRates

  package init(id: WorkerID, memory: ByteCount, rates: WorkerRates = .ofOneThread) {
    self.id = id
    self.memory = memory
    self.rates = rates
  }
}
