internal import CPCRE2
import Core

/// One pattern of a pre-tokenizer, compiled.
///
/// Compiled code is only read once the JIT has run, so any number of tasks may match with it at once.
final class SplitPattern: @unchecked Sendable {
  let code: OpaquePointer

  /// - Parameters:
  ///   - source: a pattern in the syntax `tokenizers` reads (Oniguruma's).
  ///   - field: where it stands, for errors.
  /// - Throws: UNIMPLEMENTED for what `PatternTranslator` refuses, INVALID_ARGUMENT for what does not compile.
  init(_ source: String, field: String) throws(OctavoError) {
    let pattern = Array(try PatternTranslator.translate(source, field: field).utf8)
    let options = UInt32(PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_AUTO_CAPTURE)
    var status: Int32 = 0
    var place = 0
    guard let code = pcre2_compile_8(pattern, pattern.count, options, &status, &place, nil) else {
      throw .invalid(field, quoted(source), "it does not compile: \(Self.message(status))")
    }
    self.code = code
    // Without a JIT (a hardened kernel may forbid one) matching interprets, with equal results.
    _ = pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE))
  }

  deinit { pcre2_code_free_8(code) }

  static func message(_ status: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let length = pcre2_get_error_message_8(status, &buffer, buffer.count)
    return String(decoding: buffer.prefix(Int(max(0, length))), as: UTF8.self)
  }
}
