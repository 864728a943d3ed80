import CKernels
import Quantization
import Testing

@Suite struct WeightQuantizerTests {
  static let tables = [
    octavo_kernels_portable(), octavo_kernels_avx2(), octavo_kernels_avx512vnni(),
  ].compactMap { $0 }.map { Table($0) }

  struct Table: @unchecked Sendable {
    let kernels: UnsafePointer<OctavoKernels>
    init(_ kernels: UnsafePointer<OctavoKernels>) { self.kernels = kernels }
  }

  @Test(arguments: tables)
  func roundsAgainstTheScaleAsStored(_ table: Table) throws {
    // absmax / 127 = 1.0078125 - 2^-20, which bfloat16 rounds: integers must follow the rounded scale.
    let row: [Float] = [127.99, -127.99, 64, 0.5, -0.49, 0, 63.9]
    let (scale, integers) = try quantize(row, table)
    #expect(scale == 1.0078125)
    #expect(integers == row.map { Int8(min(max(($0 / scale).rounded(.toNearestOrEven), -127), 127)) })
  }

  @Test(arguments: tables)
  func aScaleRoundedDownStaysInRange(_ table: Table) throws {
    // absmax / 127 = 1.0039 becomes 1, the most that bfloat16 rounds down: the quotient is 127.49.
    let (scale, integers) = try quantize([127.49, -127.49, 1.5, 2.5], table)
    #expect(scale == 1)
    #expect(integers == [127, -127, 2, 2])
  }

  @Test(arguments: tables)
  func rowsOfZerosAndNearlySoHaveScaleOne(_ table: Table) throws {
    #expect(try quantize([0, -0.0, 0], table) == (1, [0, 0, 0]))
    #expect(try quantize([0x1p-149, 0], table) == (1, [0, 0]))
  }

  @Test(arguments: tables)
  func refusesWhatIsNotFinite(_ table: Table) {
    for bad in [Float.nan, .infinity, -.infinity] {
      var integers: [Int8] = [0, 0]
      #expect(WeightQuantizer(kernels: table.kernels).quantize([1, bad], count: 2, into: &integers) == nil)
    }
  }

  private func quantize(_ row: [Float], _ table: Table) throws -> (Float, [Int8]) {
    var integers = [Int8](repeating: 0, count: row.count)
    let quantizer = WeightQuantizer(kernels: table.kernels)
    let scale = try #require(quantizer.quantize(row, count: row.count, into: &integers))
    return (scale, integers)
  }
}
