import Foundation

/// A bar on stderr for work over two seconds: redrawn in place on a terminal, silent elsewhere.
struct ProgressBar {
  private static let width = 30
  private static let redrawInterval = 0.1

  private let isShown = Output.errorsAreSeen
  private var lastDrawn = Date.distantPast

  /// - Parameter fraction: 0 to 1.
  mutating func update(_ fraction: Double, _ what: String) {
    guard isShown, Date().timeIntervalSince(lastDrawn) >= Self.redrawInterval else { return }
    lastDrawn = Date()
    let filled = Int((min(max(fraction, 0), 1) * Double(Self.width)).rounded(.down))
    let bar = String(repeating: "█", count: filled) + String(repeating: "·", count: Self.width - filled)
    FileHandle.standardError.write(Data("\r\u{1B}[K\(bar) \(Int(fraction * 100))% \(what)".utf8))
  }

  /// Takes the bar away.
  func finish() {
    if isShown { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
  }
}
