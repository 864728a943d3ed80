internal import Core
internal import Engine
package import JSON

extension BenchmarkReport {
  /// - Parameter withProfile: adds the steps of the rows that ``profiledRows`` names.
  package func json(withProfile: Bool) -> JSON {
    var rows = JSON.Object()
    for result in self.rows {
      var row = result.figure.json(machine.limits)
      if result.row == .decodeB1At4096, let ratio = longContextRatio { row["ratioToDecodeB1"] = .number(ratio) }
      if withProfile, Self.profiledRows.contains(result.row), case .speed(let figure) = result.figure {
        row["profile"] = .object(figure.profile.json(figure.limits(of: machine.limits)))
      }
      rows[result.row.rawValue] = .object(row)
    }
    var object = JSON.Object()
    object["machine"] = .object(machine.json)
    object["model"] = .object(model.json)
    object["rows"] = .object(rows)
    object["skipped"] = .array(skipped.map(\.json))
    return .object(object)
  }

  /// Those whose steps tell something apart.
  package static let profiledRows: [BenchmarkRow] = [.prefill512, .decodeB1, .decodeB1At4096, .decodeB16]
}

extension RowFigure {
  fileprivate func json(_ machine: MachineLimits) -> JSON.Object {
    var object = JSON.Object()
    switch self {
    case .speed(let figure):
      object["tokensPerSecond"] = .object(figure.tokensPerSecond.json)
      object["readBytesPerSecond"] = .number(figure.limits(of: machine).readBytesPerSecond)
      object["limitTokensPerSecond"] = .number(figure.limit(machine).tokensPerSecond)
      object["limitedBy"] = .string(figure.limit(machine).by.rawValue)
      object["fractionOfLimit"] = .number(figure.fraction(machine))
    case .resident(let figure):
      object["bytes"] = .integer(figure.bytes)
      object["weightBytes"] = .integer(figure.weightBytes)
      object["keyValueBytes"] = .integer(figure.keyValueBytes)
      object["otherBytes"] = .integer(figure.otherBytes)
      object["fileBytes"] = .integer(figure.fileBytes)
      object["peakBytes"] = .integer(figure.peakBytes)
      object["tokens"] = .integer(figure.tokens)
    case .load(let seconds):
      object["seconds"] = .object(seconds.json)
    }
    return object
  }
}

extension Spread {
  fileprivate var json: JSON.Object {
    var object = JSON.Object()
    object["median"] = .number(median)
    object["minimum"] = .number(minimum)
    object["maximum"] = .number(maximum)
    return object
  }
}

extension MachineDescription {
  fileprivate var json: JSON.Object {
    var object = JSON.Object()
    object["processor"] = .string(processor)
    object["cores"] = .integer(cores)
    object["threads"] = .integer(threads)
    object["kernels"] = .string(kernels)
    object["readBytesPerSecond"] = .number(limits.readBytesPerSecond)
    object["integerOperationsPerSecond"] = limits.integerOperationsPerSecond.map { .number($0) } ?? .null
    object["barrierSeconds"] = .number(limits.barrierSeconds)
    object["coresOfOthers"] = .number(coresOfOthers)
    return object
  }
}

extension ModelDescription {
  fileprivate var json: JSON.Object {
    var object = JSON.Object()
    object["name"] = .string(name.text)
    object["layers"] = .integer(layers)
    object["hiddenSize"] = .integer(hiddenSize)
    object["parameters"] = .integer(parameters)
    object["precision"] = .string(configuration.precision.rawValue)
    object["head"] = .string(configuration.head.rawValue)
    object["keyValue"] = .string(configuration.keyValue.rawValue)
    return object
  }
}

extension SkippedRow {
  fileprivate var json: JSON {
    var object = JSON.Object()
    object["row"] = .string(row.rawValue)
    object["reason"] = .string(reason)
    return .object(object)
  }
}
