/// What a row came to.
package enum RowFigure: Sendable, Hashable {
  case speed(SpeedFigure)
  case resident(ResidentFigure)
  /// Seconds.
  case load(Spread)
}
