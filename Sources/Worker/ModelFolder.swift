package import Core
import Foundation

/// The checkpoints a worker may load, by name. Names come over the wire; directories only from its own command line.
package struct ModelFolder: Sendable {
  private let folder: String?
  private let named: [ModelName: String]

  /// - Parameters:
  ///   - folder: holds one directory a model.
  ///   - directories: further checkpoints, each named like its directory.
  /// - Throws: INVALID_ARGUMENT for a directory whose name is no model name, or two of one name.
  package init(folder: String? = nil, directories: [String] = []) throws(OctavoError) {
    self.folder = folder
    var named: [ModelName: String] = [:]
    for directory in directories {
      let name = try ModelName(URL(fileURLWithPath: directory).standardizedFileURL.lastPathComponent)
      if let other = named.updateValue(directory, forKey: name) {
        throw .invalid("model name", quoted(name.text), "\(quoted(other)) and \(quoted(directory)) share it")
      }
    }
    self.named = named
  }

  /// - Throws: NOT_FOUND for a model that is not here.
  func directory(of name: ModelName) throws(OctavoError) -> String {
    if let directory = named[name] { return directory }
    if let folder {
      let directory = "\(folder)/\(name)"
      if FileManager.default.fileExists(atPath: "\(directory)/config.json") { return directory }
    }
    throw OctavoError(.notFound, "this worker has no model named \(quoted(name.text)): copy it to its models folder")
  }
}
