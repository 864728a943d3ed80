package import Core
import Foundation

/// The checkpoints a worker may load, by name. Names come over the wire; directories only from its own command line.
package struct ModelFolder: Sendable {
  private let folder: String?
  private let named: [ModelName: String]

  /// - Parameters:
  ///   - folder: holds one directory a model.
  ///   - named: further checkpoints, wherever they are.
  package init(folder: String? = nil, named: [ModelName: String] = [:]) {
    self.folder = folder
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
