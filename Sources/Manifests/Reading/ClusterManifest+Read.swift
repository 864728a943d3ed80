package import Core
import Foundation

extension ClusterManifest {
  /// Reads the manifest in a file.
  ///
  /// - Throws: NOT_FOUND if it cannot be read; otherwise as ``parse(_:source:)``.
  package static func read(_ path: String) throws(OctavoError) -> ClusterManifest {
    let bytes: [UInt8]
    do {
      let file = try FileHandle(forReadingFrom: URL(filePath: path))
      bytes = [UInt8](try file.read(upToCount: ManifestText.bytesMax + 1) ?? Data())
    } catch {
      throw OctavoError(.notFound, "the manifest \(quoted(path)) cannot be read: \(error.localizedDescription)")
    }
    return try parse(bytes, source: path)
  }

  /// Reads a manifest.
  ///
  /// - Parameter source: what errors call the text, such as `cluster.yaml`.
  /// - Throws: INVALID_ARGUMENT with file, line and column for anything but a valid manifest; RESOURCE_EXHAUSTED
  ///   past 256 KiB.
  package static func parse(_ bytes: [UInt8], source: String) throws(OctavoError) -> ClusterManifest {
    let root = try ManifestText(bytes, source: source).root()
    let members = try root.members(["apiVersion", "kind", "metadata", "workers", "models", "router"])
    try members.required("apiVersion", "write \(apiVersion)").expect(apiVersion)
    try members.required("kind", "write \(kind)").expect(kind)
    let metadata = try members.required("metadata", "give a name").members(["name"])
    return ClusterManifest(
      name: try clusterName(metadata.required("name", "name the cluster")),
      workers: try members["workers"].map { (field) throws(OctavoError) in try WorkerPool(field) } ?? WorkerPool(),
      models: try models(members.required("models", "list at least one")),
      router: try members["router"].map { (field) throws(OctavoError) in try RouterManifest(field) }
        ?? RouterManifest())
  }

  private static func models(_ field: ManifestField) throws(OctavoError) -> [ModelManifest] {
    var models: [ModelManifest] = []
    for item in try field.items(most: modelsMax) {
      let model = try ModelManifest(item)
      guard !models.contains(where: { $0.name == model.name }) else {
        throw item.refused("\(item.path).name is \(quoted(model.name.text)), as an earlier model's: rename one")
      }
      models.append(model)
    }
    return models
  }

  private static func clusterName(_ field: ManifestField) throws(OctavoError) -> String {
    let name = try field.text()
    let isAllowed = { (byte: UInt8) in (97...122).contains(byte) || (48...57).contains(byte) || byte == 45 }
    guard name.utf8.count <= 63, name.utf8.allSatisfy(isAllowed), !name.hasPrefix("-"), !name.hasSuffix("-") else {
      throw field.mismatch("use 1 to 63 of a-z 0-9 -, beginning and ending with a letter or digit")
    }
    return name
  }
}

extension ManifestField {
  fileprivate func expect(_ wanted: String) throws(OctavoError) {
    guard try text() == wanted else { throw mismatch("write \(wanted)") }
  }
}
