/// Which entry of which file a tensor is.
struct TensorPlace: Sendable, Hashable {
  var file: Int
  var entry: Int
}
