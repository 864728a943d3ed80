/// What lives on a loop and must end before it: a channel or a server.
protocol Resident: AnyObject, Sendable {
  /// Ends it without grace and waits until nothing of it is left.
  func retire() async
}
