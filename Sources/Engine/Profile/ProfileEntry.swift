/// What one kind of step took, over all its calls.
package struct ProfileEntry: Sendable, Hashable {
  package var kind: KernelKind
  package var calls = 0
  package var seconds = 0.0
  package var work = KernelWork()

  package init(_ kind: KernelKind) { self.kind = kind }
}
