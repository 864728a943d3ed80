/// How much a document may hold before the reader gives up with RESOURCE_EXHAUSTED.
package struct JSONLimits: Sendable, Hashable {
  /// Nesting past which no limit may go: the reader recurses once a level.
  package static let depthMost = 128

  /// Bytes of the document, checked before any is read.
  package var bytesMax: Int
  /// Arrays and objects around a value; a document that is one number has depth 0. At most ``depthMost``.
  package var depthMax: Int
  /// Elements of all arrays and members of all objects together.
  package var entriesMax: Int

  package init(bytesMax: Int, depthMax: Int, entriesMax: Int) {
    self.bytesMax = bytesMax
    self.depthMax = min(depthMax, Self.depthMost)
    self.entriesMax = entriesMax
  }

  /// For files such as config.json that people write by hand.
  package static let configuration = JSONLimits(bytesMax: 1 << 20, depthMax: 32, entriesMax: 1 << 16)
}
