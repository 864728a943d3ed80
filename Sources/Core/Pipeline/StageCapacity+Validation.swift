extension StageCapacity {
  /// - Throws: INVALID_ARGUMENT for a number under 1 or past its limit, or pages that hold no whole context;
  ///   RESOURCE_EXHAUSTED for more pages than have numbers. Within them no count of pages or rows overflows.
  package func validate() throws(OctavoError) {
    try check("context length", contextLength, Limits.contextLengthMax)
    try check("number of sequences", sequencesMax, Limits.sequencesMax)
    try check("rows of a microbatch", rowsMax, Limits.rowsMax)
    guard pageCount >= pagesOfContext else {
      throw .invalid(
        "number of KV pages", "\(pageCount)", "one context of \(contextLength) takes \(pagesOfContext): give more")
    }
    guard pageCount <= Limits.pagesMax else {
      throw OctavoError(
        .resourceExhausted,
        "\(pageCount) pages of KV are more than the \(Limits.pagesMax) of a stage: lower the context length or the "
          + "number of sequences")
    }
  }

  private func check(_ field: String, _ value: Int, _ most: Int) throws(OctavoError) {
    guard (1...most).contains(value) else { throw .invalid(field, "\(value)", "give 1 to \(most)") }
  }
}
