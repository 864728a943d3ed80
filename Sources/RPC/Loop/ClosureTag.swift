/// A tag of one batch that calls a closure.
final class ClosureTag: Tag, @unchecked Sendable {
  private let body: @Sendable (Bool) -> Void

  init(_ body: @escaping @Sendable (Bool) -> Void) { self.body = body }

  override func complete(_ step: UInt, ok: Bool) { body(ok) }
}
