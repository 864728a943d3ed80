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
  }
}
