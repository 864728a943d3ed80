internal import Core

extension Status {
  /// Bytes of a status message that are sent: it travels percent-encoded among the trailers, which peers
  /// bound.
  static let messageBytesMax = 1_024

  /// With a message short enough to travel; cut between characters.
  var sendable: Status {
    guard message.utf8.count > Self.messageBytesMax else { return self }
    var short = self
    short.message = ""
    var room = Self.messageBytesMax - 3
    for character in message {
      room -= character.utf8.count
      guard room >= 0 else { break }
      short.message.append(character)
    }
    short.message += "…"
    return short
  }

  /// The trailers with the details among them.
  var wireTrailers: Metadata {
    guard !details.isEmpty else { return trailers }
    var trailers = trailers
    trailers.append(Self.detailsKey, details)
    return trailers
  }
}
