/// Checkpoints of real models' shapes with seeded random weights: what speed and memory are measured on where
/// the weights' values do not matter.
///
/// Invariants: the bytes depend on the model, the options and the seed alone, never on threads, memory or the
/// C library; a weight depends on the seed, its tensor's name and its place there, so that a checkpoint of fewer
/// layers holds the first layers of the whole one; memory is bounded by a block of rows and the tokenizer,
/// whatever the size of the checkpoint; an int8 checkpoint holds the bits that quantizing the bfloat16 one gives;
/// a destination appears whole or not at all.
enum Synthesis {}
