import Checkpoints
import Core
import Models
import Testing

@Suite struct TensorTests {
  @Test func readsWhatWasWritten() throws {
    let tiny = TinyCheckpoint.int8()
    let checkpoint = try tiny.open()
    #expect(checkpoint.tensorNames == tiny.tensors.map(\.name).sorted())
    for layout in tiny.tensors {
      let tensor = try checkpoint.tensor(layout.name)
      #expect(tensor.type == layout.type)
      #expect(tensor.shape == layout.shape)
      let bytes = tensor.withBytes { span in
        (0..<span.byteCount).map { span.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
      }
      #expect(bytes == tiny.bytes(of: layout))
      tensor.releasePages()
      let again = tensor.withBytes { $0.unsafeLoad(as: UInt8.self) }
      #expect(again == bytes[0])
    }
  }

  @Test func widensEachFloatTypeExactly() throws {
    var tiny = TinyCheckpoint()
    let norm = "model.norm.weight"
    let floats: [Float] = [1, -2.5, 0, -0.0, 0.099975586, 65_504, 5.9604645e-8, .infinity]
    tiny.contents[norm] = floats.flatMap { value in
      let bits = Float16(value).bitPattern
      return [UInt8(bits & 0xFF), UInt8(bits >> 8)]
    }
    tiny.change(norm) { $0.type = .f16 }
    #expect(try tiny.open().tensor(norm).floats().map(\.bitPattern) == floats.map(\.bitPattern))

    tiny.change(norm) { $0.type = .f32 }
    let singles: [Float] = [.pi, .leastNonzeroMagnitude, -.greatestFiniteMagnitude, 1e-30, 3, 4, 5, -.infinity]
    tiny.contents[norm] = singles.flatMap { value in (0..<4).map { UInt8(value.bitPattern >> ($0 * 8) & 0xFF) } }
    #expect(try tiny.open().tensor(norm).floats() == singles)

    tiny.change(norm) { $0.type = .bf16 }
    tiny.contents[norm] = [0x80, 0x3F, 0x49, 0x40, 0, 0, 0, 0x80, 1, 0, 0x7F, 0x7F, 0x80, 0x7F, 0x20, 0xC0]
    let wide: [UInt32] = [
      0x3F80_0000, 0x4049_0000, 0, 0x8000_0000, 0x0001_0000, 0x7F7F_0000, 0x7F80_0000, 0xC020_0000,
    ]
    #expect(try tiny.open().tensor(norm).floats().map(\.bitPattern) == wide)
  }

  @Test func readsRowsWithoutTheMapping() throws {
    let tiny = TinyCheckpoint()
    let embedding = try tiny.open().tensor("model.embed_tokens.weight")
    let layout = tiny.tensors[0]
    var rows = [UInt8](repeating: 0, count: 3 * embedding.rowBytes)
    try rows.withUnsafeMutableBytes { try embedding.readRows(17..<20, into: $0) }
    #expect(rows == Array(tiny.bytes(of: layout)[17 * 16..<20 * 16]))
    for rows in [19..<21, 20..<21, -1..<0] {
      var buffer = [UInt8](repeating: 0, count: rows.count * embedding.rowBytes)
      let error = #expect(throws: OctavoError.self) {
        try buffer.withUnsafeMutableBytes { try embedding.readRows(rows, into: $0) }
      }
      #expect(error?.code == .outOfRange)
    }
  }

  @Test func saysWhenAFileWasCutInUse() throws {
    let directory = try TemporaryDirectory()
    try TinyCheckpoint().write(to: directory)
    let tensor = try Checkpoint.open(directory.path).tensor("lm_head.weight")
    let whole = try directory.read("model.safetensors")
    try cut(directory.path + "/model.safetensors", to: whole.count / 4)
    var row = [UInt8](repeating: 0, count: tensor.rowBytes)
    let error = #expect(throws: OctavoError.self) {
      try row.withUnsafeMutableBytes { try tensor.readRows(19..<20, into: $0) }
    }
    #expect(error?.code == .dataLoss)
  }

  @Test func refusesTensorsThatAreNotThere() throws {
    let checkpoint = try TinyCheckpoint().open()
    #expect(!checkpoint.contains("nothing"))
    let error = #expect(throws: OctavoError.self) { try checkpoint.tensor("nothing") }
    #expect(error?.code == .notFound)
    #expect(throws: OctavoError.self) {
      try TinyCheckpoint.int8().open().tensor("model.layers.0.mlp.up_proj.weight").floats()
    }
  }

  @Test(arguments: [0x7FC0, 0x7F80, 0xFF80, 0xBF80] as [UInt16])
  func refusesScalesThatAreNotFiniteOrNegative(bits: UInt16) throws {
    var tiny = TinyCheckpoint.int8()
    let linear = TinyCheckpoint.architecture.linear(.up, ofLayer: 1)
    #expect(try tiny.open().weightScales(of: linear) == [Float](repeating: 0.015625, count: 12))
    tiny.contents[linear.scaleName]!.replaceSubrange(6..<8, with: [UInt8(bits & 0xFF), UInt8(bits >> 8)])
    let checkpoint = try tiny.open()
    #expect(try checkpoint.isQuantized(linear))
    let error = #expect(throws: OctavoError.self) { try checkpoint.weightScales(of: linear) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("up_proj.weight_scale'[3]") == true)
  }
}
