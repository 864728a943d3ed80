/// A stage that runs: weights in kernel layout, KV in pages, the forward pass and sampling.
///
/// ``StageEngine`` is a stage's whole state. It applies what a microbatch says and decides nothing: rows,
/// positions, pages and sampling parameters all come with the microbatch. `Sequences` holds who is open and
/// which pages they hold, `CPU` computes rows, `Sampling` picks tokens from logits and scores known ones.
///
/// Invariants: a row's bits depend on its own sequence alone, whatever the kernels, the number of threads, the
/// rows beside it, the chunking of its prompt and who computed the pages that its sequence begins with; under a wire of
/// 8 bits also on where the model is cut. A microbatch is checked whole before anything changes. At most one sequence
/// writes a page, and others read it only once it is full. Pointers stay inside this module, behind
/// ``AlignedBuffer`` and the owners built on it.
enum Engine {}
