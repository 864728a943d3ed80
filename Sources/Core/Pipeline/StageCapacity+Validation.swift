extension StageCapacity {
  /// - Throws: INVALID_ARGUMENT for a number under 1 or past its limit; within them no count of pages or
  ///   rows overflows.
  package func validate() throws(OctavoError) {
    try check("context length", contextLength, Limits.contextLengthMax)
    try check("number of sequences", sequencesMax, Limits.sequencesMax)
    try check("rows of a microbatch", rowsMax, Limits.rowsMax)
  }

  private func check(_ field: String, _ value: Int, _ most: Int) throws(OctavoError) {
    guard (1...most).contains(value) else { throw .invalid(field, "\(value)", "give 1 to \(most)") }
  }
}
