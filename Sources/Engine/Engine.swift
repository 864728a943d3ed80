/// A stage that runs: weights in kernel layout, KV in pages, the forward pass and sampling.
///
/// ``StageEngine`` is a stage's whole state. It applies what a microbatch says and decides nothing: rows,
/// positions, pages and sampling parameters all come with the microbatch. `Sequences` holds who is open and
/// which pages they own, `CPU` computes rows, `Sampling` picks tokens from logits.
///
/// Invariants: a row's bits depend on its own sequence alone, whatever the kernels, the number of threads, the
/// rows beside it and the chunking of its prompt. A microbatch is checked whole before anything changes.
/// Pointers stay inside this module, behind ``AlignedBuffer`` and the owners built on it.
enum Engine {}
