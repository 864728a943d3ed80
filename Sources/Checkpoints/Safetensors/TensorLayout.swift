/// A tensor to be written.
package struct TensorLayout: Sendable, Hashable {
  package var name: String
  package var type: ElementType
  /// Slowest dimension first; no dimension is 0.
  package var shape: [Int]

  package init(name: String, type: ElementType, shape: [Int]) {
    self.name = name
    self.type = type
    self.shape = shape
  }
}
