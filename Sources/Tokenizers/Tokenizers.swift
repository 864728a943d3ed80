/// Text to token ids and back: byte-level BPE as `tokenizer.json` describes it, with ids equal to those of
/// the `tokenizers` package, and the text that streams to a client.
///
/// The way of a text: added tokens are cut out, the rest is normalized, split by the file's patterns
/// (PCRE2), mapped byte for byte to symbols, and merged by rank. What a file asks for beyond that is
/// refused by name when it is opened, never approximated.
///
/// Invariants: a `Tokenizer` is immutable and shared freely between tasks; whatever a call writes, it owns.
/// Nothing a file or a text holds is trusted before it is checked. Only `Patterns/` touches C and pointers.
///
/// Unicode: character classes are PCRE2's (Debian 12: 10.42, Unicode 14). Characters assigned later may be
/// split in other places than in a library with newer tables; their bytes survive either way.
enum Tokenizers {}
