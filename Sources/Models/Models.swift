/// Architectures as data: what layers a model has, what its tensors are called and how they are shaped, and
/// how many bytes they take on disk and in memory; and the published models that are known by name.
///
/// The planner packs with these numbers, the worker refuses by them, and the runtime lays its memory out
/// as ``PackedLinear`` says: one arithmetic for all three.
///
/// Invariants: pure values, no files. An ``Architecture`` that passed ``Architecture/validate()`` is small
/// enough that no product of its dimensions overflows.
enum Models {}
