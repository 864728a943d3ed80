import CKernels
import Core
import Models
import Testing

/// The planner's arithmetic and the kernels' layouts are one.
@Suite struct LayoutTests {
  @Test func sizesAgree() {
    #expect(Int(OCTAVO_BLOCK) == PackedLinear.outputBlock)
    #expect(Int(OCTAVO_GROUP) == Limits.activationGroup)
    #expect(Int(OCTAVO_PAGE) == Limits.tokensPerPage)
    #expect(Int(OCTAVO_ATTENTION_PAGES) * Limits.tokensPerPage == AttentionPartials.positionsPerBlock)
    #expect(Int(OCTAVO_PARTIAL_MIXED) == AttentionPartials.mixedStart)
    #expect(Int(OCTAVO_HEAD_SIZE_MAX) == Architecture.Bounds.headSizeMax)
  }
}
