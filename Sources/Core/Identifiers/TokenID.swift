/// A token of a model's vocabulary, from 0. A plain number: arrays of it are handed to kernels.
package typealias TokenID = UInt32
