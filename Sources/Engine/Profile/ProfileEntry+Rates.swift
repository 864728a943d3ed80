extension ProfileEntry {
  /// Bytes a second, as a fraction of what memory gives; 0 for a step that never ran.
  package func fractionOfMemory(_ limits: MachineLimits) -> Double {
    seconds > 0 ? Double(work.bytes) / seconds / limits.readBytesPerSecond : 0
  }

  /// Integer operations a second, as a fraction of the machine's peak; `nil` where no peak was measured.
  package func fractionOfIntegers(_ limits: MachineLimits) -> Double? {
    limits.integerOperationsPerSecond.map { seconds > 0 ? Double(work.integerOperations) / seconds / $0 : 0 }
  }
}
