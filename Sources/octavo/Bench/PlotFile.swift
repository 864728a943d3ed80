import Core
import Foundation
import LoadTesting

/// Where a plot goes. Whether it can be written there is found out before the runs that it shows.
struct PlotFile {
  private let url: URL

  /// - Throws: INVALID_ARGUMENT for a folder that takes no files, and for a path that is a folder itself.
  init(_ path: String) throws(OctavoError) {
    url = URL(fileURLWithPath: path)
    let folder = url.deletingLastPathComponent().path
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
    guard FileManager.default.isWritableFile(atPath: folder), !(isThere && isFolder.boolValue) else {
      throw .invalid("--plot", quoted(path), "give a file in a folder that can be written to")
    }
  }

  func write(_ report: LoadReport) throws(OctavoError) {
    let plot = LatencyPlot(
      title: "\(report.model): latency against load", subtitle: LoadTable(report).workload, report.runs)
    do {
      try Data(plot.svg.utf8).write(to: url, options: .atomic)
    } catch {
      throw OctavoError(.unavailable, "the plot \(quoted(url.path)) cannot be written", cause: error)
    }
  }
}
