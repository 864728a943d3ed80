import Checkpoints
import Core
import Testing

@Suite struct WriterTests {
  static let layouts = [
    TensorLayout(name: "bytes", type: .i8, shape: [3]), TensorLayout(name: "halves", type: .f16, shape: [3]),
    TensorLayout(name: "floats", type: .f32, shape: [1, 2]),
  ]

  @Test func writesAlignedAndInParts() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/a.safetensors"
    var writer = try SafetensorsWriter(path: path, tensors: Self.layouts, metadata: [("format", "pt")])
    try writer.append([1, 2], to: "bytes")
    try writer.append([3], to: "bytes")
    try writer.append([UInt8](repeating: 9, count: 8), to: "floats")
    try writer.append([UInt8](repeating: 7, count: 6), to: "halves")
    try writer.finish()
    let file = try directory.read("a.safetensors")
    let header = String(decoding: file[8..<file.count - 17], as: UTF8.self)
    #expect(
      header.contains(
        #""floats":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"#
          + #""halves":{"dtype":"F16","shape":[3],"data_offsets":[8,14]},"#
          + #""bytes":{"dtype":"I8","shape":[3],"data_offsets":[14,17]}"#
      ))
    #expect(header.hasPrefix(#"{"__metadata__":{"format":"pt","octavo.sha256.floats":""#))
    // sha256 of the bytes 1, 2, 3.
    #expect(
      header.contains(
        #""octavo.sha256.bytes":"039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81""#))
    #expect((file.count - 17).isMultiple(of: 8))
    #expect(Array(file.suffix(17)) == [9, 9, 9, 9, 9, 9, 9, 9, 7, 7, 7, 7, 7, 7, 1, 2, 3])
  }

  @Test func refusesToOverwrite() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("precious", to: "a.safetensors")
    #expect(Self.refusal(path)?.code == .alreadyExists)
    #expect(try directory.read("a.safetensors") == Array("precious".utf8))
  }

  @Test func removesWhatIsNotFinished() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/a.safetensors"
    do {
      var writer = try SafetensorsWriter(path: path, tensors: Self.layouts)
      try writer.append([1], to: "bytes")
    }
    #expect(directory.names == [])
    let error = #expect(throws: OctavoError.self) {
      var writer = try SafetensorsWriter(path: path, tensors: Self.layouts)
      try writer.append([1, 2, 3], to: "bytes")
      try writer.finish()
    }
    #expect(error?.code == .failedPrecondition)
    #expect(directory.names == [])
  }

  @Test(arguments: [("unknown", 1), ("bytes", 4), ("floats", 1)]) func refusesBytesOutOfPlace(
    name: String, count: Int
  ) throws {
    let directory = try TemporaryDirectory()
    var writer = try SafetensorsWriter(path: directory.path + "/a.safetensors", tensors: Self.layouts)
    if name == "floats" { try writer.append([1], to: "bytes") }
    var error: OctavoError?
    do throws(OctavoError) {
      try writer.append([UInt8](repeating: 0, count: count), to: name)
    } catch let refusal {
      error = refusal
    }
    #expect(error?.code == .invalidArgument)
  }

  @Test func refusesATensorTwice() throws {
    let directory = try TemporaryDirectory()
    var writer = try SafetensorsWriter(path: directory.path + "/a.safetensors", tensors: Self.layouts)
    try writer.append([1, 2, 3], to: "bytes")
    var error: OctavoError?
    do throws(OctavoError) {
      try writer.append([], to: "bytes")
    } catch let refusal {
      error = refusal
    }
    #expect(error?.message.contains("complete already") == true)
  }

  static let impossible: [[TensorLayout]] = [
    [layouts[0], layouts[0]], [TensorLayout(name: "a", type: .i8, shape: [0])],
    [TensorLayout(name: "a", type: .i8, shape: [-1, -1])], [TensorLayout(name: "", type: .i8, shape: [1])],
    [TensorLayout(name: "__metadata__", type: .i8, shape: [1])],
    [TensorLayout(name: "a", type: .f32, shape: [1 << 40, 1 << 40])],
    [TensorLayout(name: "a", type: .i8, shape: [.max]), TensorLayout(name: "b", type: .i8, shape: [1])],
    [TensorLayout(name: "a", type: .i8, shape: [Int](repeating: 1, count: 9))],
  ]

  @Test(arguments: impossible) func refusesTensorsNoReaderWouldTake(tensors: [TensorLayout]) throws {
    let directory = try TemporaryDirectory()
    let error = Self.refusal(directory.path + "/a.safetensors", tensors)
    #expect(error?.code == .invalidArgument)
    #expect(directory.names == [])
  }

  static func refusal(_ path: String, _ tensors: [TensorLayout] = layouts) -> OctavoError? {
    do throws(OctavoError) {
      _ = try SafetensorsWriter(path: path, tensors: tensors)
      return nil
    } catch {
      return error
    }
  }
}
