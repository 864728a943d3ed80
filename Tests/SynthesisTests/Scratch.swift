import Core
import Foundation
import Models

/// Models small enough for a test, in a directory that goes away with it.
final class Scratch {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "octavo-synthesis-\(UUID())").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

  /// Every file under `directory`, by name.
  func files(_ directory: String) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(directory)")
    return try Dictionary(
      uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(filePath: "\(path)/\(directory)/\($0)"))) })
  }
}

extension PublicModel {
  /// A model of the catalogue with its own tokens, made narrow and shallow: odd sizes on purpose.
  ///
  /// - Parameter vocabularyCount: fewer tokens than the model has, where the special ones are the first.
  static func narrow(_ name: String, vocabularyCount: Int? = nil) throws -> PublicModel {
    var model = try PublicModel.named(name)
    model.architecture.vocabularyCount = vocabularyCount ?? model.architecture.vocabularyCount
    model.architecture.hiddenSize = 28
    model.architecture.headCount = 2
    model.architecture.keyValueHeadCount = 1
    model.architecture.headSize = 14
    model.architecture.intermediateSize = 37
    model.architecture.layerCount = 2
    return model
  }
}
