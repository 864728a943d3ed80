/// The arithmetic of formats: from float weights to int8 and back, one tensor at a time, and a checkpoint
/// rewritten with it.
///
/// The rule for weights: int8, symmetric, per output channel; scale = absmax / 127 in float32, stored as
/// bfloat16; weights are rounded against the scale as stored and clamped to -127...127.
///
/// Invariants: a tensor's bytes depend on its values alone; memory is bounded by the largest tensor, whatever
/// the size of a checkpoint; a destination appears whole or not at all.
enum Quantization {}
