/// Checkpoints on disk: the Hugging Face layout, mapped, validated and never trusted.
///
/// A checkpoint is a directory with config.json and safetensors files. Opening one reads every header,
/// checks every offset, shape and type before it is believed, and holds the configuration against the
/// tensors: what opens is whole and consistent. Contents are hashed for identity, not at each load.
///
/// Invariants: pointers into a mapping stay inside ``MappedFile`` and the bodies of `withBytes`; sizes are
/// products checked against overflow; a file's length is read once, when it is opened.
///
/// Caveat: files must not be truncated while they are mapped. Touching a page past the new end ends the
/// process with SIGBUS, as it does in every reader that maps files; replace checkpoints by renaming.
enum Checkpoints {}
