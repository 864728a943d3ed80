import Checkpoints
import Core
import Foundation
import JSON
import Testing

@Suite struct DirectoryTests {
  @Test func namesTheModelByItsDirectory() throws {
    let directory = try TemporaryDirectory()
    let inner = directory.path + "/tiny-1.0"
    try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: directory.path + "/link", withDestinationPath: inner)
    let tiny = TinyCheckpoint()
    try Data(JSON.object(tiny.config).text().utf8).write(to: URL(filePath: inner + "/config.json"))
    try tiny.writeTensors(tiny.tensors, to: inner + "/model.safetensors")
    #expect(try Checkpoint.open(inner).name.text == "tiny-1.0")
    #expect(try Checkpoint.open(inner + "//").name.text == "tiny-1.0")
    #expect(try Checkpoint.open(inner + "/../tiny-1.0/.").name.text == "tiny-1.0")
    #expect(try Checkpoint.open(directory.path + "/link").name.text == "link")
    #expect(try Checkpoint.open(inner).directory == inner)
  }

  @Test(arguments: ["", "/does/not/exist", "a\0b"]) func refusesPathsToNothing(path: String) {
    let error = #expect(throws: OctavoError.self) { try Checkpoint.open(path) }
    #expect([.notFound, .invalidArgument].contains(error?.code))
  }

  @Test(arguments: ["config.json", "model.safetensors", "generation_config.json"])
  func refusesNamedPipesWithoutWaiting(name: String) throws {
    let directory = try TemporaryDirectory()
    try TinyCheckpoint().write(to: directory)
    let path = directory.path + "/" + name
    try? FileManager.default.removeItem(atPath: path)
    #expect(mkfifo(path, 0o600) == 0)
    let error = #expect(throws: OctavoError.self) { try Checkpoint.open(directory.path) }
    #expect(error?.message.contains("is not a regular file") == true)
  }

  @Test func refusesWhatIsNoDirectoryOrNoRegularFile() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write("x", to: "file")
    #expect(throws: OctavoError.self) { try Checkpoint.open(file) }
    try TinyCheckpoint().write(to: directory)
    try FileManager.default.removeItem(atPath: directory.path + "/model.safetensors")
    try FileManager.default.createDirectory(
      atPath: directory.path + "/model.safetensors", withIntermediateDirectories: true)
    let error = #expect(throws: OctavoError.self) { try Checkpoint.open(directory.path) }
    #expect(error?.code == .invalidArgument)
  }
}
