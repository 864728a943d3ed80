/// The part of a run that its figures are taken from.
package struct LoadWindow: Sendable, Hashable {
  package var kind: WindowKind
  /// How long it was open in all.
  package var seconds: Double
  /// Since the run's start: where it first opened and where it closed for good; nil if it never was open.
  package var beginSeconds: Double?
  package var endSeconds: Double?
  /// In how many pieces.
  package var spans: Int

  package init(kind: WindowKind, seconds: Double, beginSeconds: Double?, endSeconds: Double?, spans: Int) {
    self.kind = kind
    self.seconds = seconds
    self.beginSeconds = beginSeconds
    self.endSeconds = endSeconds
    self.spans = spans
  }
}
