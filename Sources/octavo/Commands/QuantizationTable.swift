import Core
import Foundation
import JSON
import Quantization

/// What quantizing cost, for people and for programs.
struct QuantizationTable {
  let report: QuantizationReport

  init(_ report: QuantizationReport) { self.report = report }

  var text: String {
    var table = Table([
      .init(title: "LAYER"), .init(title: "WEIGHTS", isNumber: true), .init(title: "SQNR dB", isNumber: true),
      .init(title: "LARGEST ERROR", isNumber: true),
    ])
    for layer in report.layers {
      table.add([
        layer.name, "\(layer.weightCount)", String(format: "%.2f", layer.signalToNoiseDecibels),
        String(format: "%.6f", layer.errorMax),
      ])
    }
    let sizes = "\(ByteCount(report.sourceBytes)) became \(ByteCount(report.writtenBytes))"
    guard let worst else { return table.text + "\n\(sizes)\n" }
    return table.text
      + "\n\(sizes); worst layer \(worst.name) at \(String(format: "%.2f", worst.signalToNoiseDecibels)) dB\n"
  }

  var json: JSON {
    var object = JSON.Object()
    object["sourceBytes"] = .integer(report.sourceBytes)
    object["writtenBytes"] = .integer(report.writtenBytes)
    object["layers"] = .array(
      report.layers.map { layer in
        var entry = JSON.Object()
        entry["name"] = .string(layer.name)
        entry["weights"] = .integer(layer.weightCount)
        // JSON has no infinity: weights that int8 holds exactly have no noise to speak of.
        let decibels = layer.signalToNoiseDecibels
        entry["sqnrDecibels"] = decibels.isFinite ? .number(decibels) : .null
        entry["errorMax"] = .number(Double(layer.errorMax))
        return .object(entry)
      })
    return .object(object)
  }

  private var worst: LinearError? {
    report.layers.min { $0.signalToNoiseDecibels < $1.signalToNoiseDecibels }
  }
}
