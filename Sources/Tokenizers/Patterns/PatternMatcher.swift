internal import CPCRE2
import Core

/// What one task needs to match any pattern: room for the result, limits and a stack.
struct PatternMatcher: ~Copyable {
  private let result: OpaquePointer
  private let context: OpaquePointer
  /// Made when a match first needs more than the 32 KiB of the thread's stack that the JIT uses by itself: few
  /// patterns ever do, and making one costs more than encoding a short text.
  private var stack: OpaquePointer?

  /// - Parameter textBytes: how long the longest text will be; bounds the steps of a match.
  init(textBytes: Int) throws(OctavoError) {
    guard let result = pcre2_match_data_create_8(1, nil) else { throw Self.outOfMemory }
    guard let context = pcre2_match_context_create_8(nil) else {
      pcre2_match_data_free_8(result)
      throw Self.outOfMemory
    }
    let steps = TokenizerLimits.matchStepsMax(textBytes: textBytes)
    pcre2_set_match_limit_8(context, steps)
    pcre2_set_depth_limit_8(context, steps)
    pcre2_set_heap_limit_8(context, TokenizerLimits.matchHeapKiBMax)
    self.result = result
    self.context = context
  }

  deinit {
    if let stack { pcre2_jit_stack_free_8(stack) }
    pcre2_match_context_free_8(context)
    pcre2_match_data_free_8(result)
  }

  /// The leftmost match of `pattern` in `text` from byte `start` on, `nil` if there is none.
  ///
  /// - Parameter text: valid UTF-8, not checked again: PCRE2 would, at every call, all of it.
  /// - Throws: RESOURCE_EXHAUSTED where the pattern takes more steps, heap or stack than a match may.
  mutating func firstMatch(
    of pattern: SplitPattern, in text: Span<UInt8>, from start: Int
  ) throws(OctavoError) -> Range<Int>? {
    var status = match(pattern, text, from: start)
    if status == PCRE2_ERROR_JIT_STACKLIMIT, stack == nil {
      try makeStack()
      status = match(pattern, text, from: start)
    }
    if status == PCRE2_ERROR_NOMATCH { return nil }
    guard status >= 0, let ends = pcre2_get_ovector_pointer_8(result) else { throw Self.failure(status) }
    return ends[0]..<ends[1]
  }

  private func match(_ pattern: SplitPattern, _ text: Span<UInt8>, from start: Int) -> Int32 {
    text.withUnsafeBufferPointer { bytes in
      pcre2_match_8(
        pattern.code, bytes.baseAddress, bytes.count, start, UInt32(PCRE2_NO_UTF_CHECK), result, context)
    }
  }

  private mutating func makeStack() throws(OctavoError) {
    guard let stack = pcre2_jit_stack_create_8(32 << 10, TokenizerLimits.matchStackBytesMax, nil) else {
      throw Self.outOfMemory
    }
    pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack))
    self.stack = stack
  }

  private static var outOfMemory: OctavoError {
    OctavoError(.resourceExhausted, "no memory for a pattern matcher: free some or send shorter texts")
  }

  private static func failure(_ status: Int32) -> OctavoError {
    let message = "the tokenizer's split pattern failed on the text: \(SplitPattern.message(status))"
    switch status {
    case PCRE2_ERROR_MATCHLIMIT, PCRE2_ERROR_DEPTHLIMIT, PCRE2_ERROR_HEAPLIMIT, PCRE2_ERROR_JIT_STACKLIMIT,
      PCRE2_ERROR_NOMEMORY:
      return OctavoError(.resourceExhausted, "\(message): send a shorter text")
    default:
      return OctavoError(.internal, message)
    }
  }
}
