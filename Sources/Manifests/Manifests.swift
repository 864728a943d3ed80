/// YAML in, values out: the manifest that describes a cluster.
///
/// Manifests are written by hand, so every error names file, line and column, what stands there and what
/// would do; a key that is not known is refused with the nearest one that is.
///
/// Invariants: a manifest is bounded in bytes and entries before anything is made of it, and aliases, with
/// which a few lines expand without bound, are refused before they are followed. Defaults are constants:
/// the same text means the same cluster everywhere.
enum Manifests {}
