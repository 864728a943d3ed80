internal import Engine
internal import JSON

extension StageProfile {
  func json(_ limits: MachineLimits) -> JSON.Object {
    var object = JSON.Object()
    object["microbatches"] = .integer(microbatches)
    object["rows"] = .integer(rows)
    object["seconds"] = .number(seconds)
    object["otherSeconds"] = .number(otherSeconds)
    object["steps"] = .array(entries.filter { $0.calls > 0 }.map { .object(step($0, limits)) })
    return object
  }

  private func step(_ entry: ProfileEntry, _ limits: MachineLimits) -> JSON.Object {
    var object = JSON.Object()
    object["name"] = .string(entry.kind.name)
    object["calls"] = .integer(entry.calls)
    object["seconds"] = .number(entry.seconds)
    object["share"] = .number(entry.seconds / seconds)
    object["weightBytes"] = .integer(entry.work.weightBytes)
    object["sumBytes"] = .integer(entry.work.sumBytes)
    object["keyValueBytes"] = .integer(entry.work.keyValueBytes)
    object["integerOperations"] = .integer(entry.work.integerOperations)
    object["floatOperations"] = .integer(entry.work.floatOperations)
    object["fractionOfMemory"] = .number(entry.fractionOfMemory(limits))
    object["fractionOfInt8"] = entry.fractionOfIntegers(limits).map { .number($0) } ?? .null
    return object
  }
}
