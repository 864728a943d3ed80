internal import Core
package import JSON

extension LoadResult {
  package var json: JSON {
    var object = JSON.Object()
    object["arrivals"] = .object(arrivals.json)
    object["seconds"] = .number(seconds)
    object["requests"] = .object(counts.json)
    object["tokens"] = .object([
      "prompt": .integer(tokens.prompt), "cached": .integer(tokens.cached), "generated": .integer(tokens.generated),
    ])
    object["window"] = .object(window.json)
    object["perSecond"] = rates.map { .object($0.json) } ?? .null
    var times = JSON.Object()
    for (_, key, summary) in latencies.all { times[key + "Ms"] = .object(summary.json) }
    object["latency"] = .object(times)
    object["goodput"] = goodput.map { .object($0.json) } ?? .null
    object["client"] = .object(client.json)
    object["notes"] = .array(notes.map { .string($0) })
    return .object(object)
  }
}

extension ArrivalPattern {
  fileprivate var json: JSON.Object {
    switch self {
    case .poisson(let perSecond): ["kind": "poisson", "requestsPerSecond": .number(perSecond)]
    case .trace(let trace, let speed):
      ["kind": "trace", "entries": .integer(trace.entries.count), "speed": .number(speed)]
    case .closed(let streams): ["kind": "closed", "streams": .integer(streams)]
    }
  }
}

extension RequestCounts {
  fileprivate var json: JSON.Object {
    var statuses = JSON.Object()
    for (status, count) in self.statuses.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      statuses["\(status)"] = .object(["count": .integer(count), "first": .string(messages[status] ?? "")])
    }
    var object = JSON.Object()
    let counts = [
      ("due", due), ("notSent", notSent), ("sent", sent), ("answered", answered), ("answeredShort", answeredShort),
      ("cancelled", cancelled), ("refused", refused), ("failed", failed), ("clipped", clipped),
    ]
    for (key, count) in counts { object[key] = .integer(count) }
    object["statuses"] = .object(statuses)
    return object
  }
}

extension LoadWindow {
  fileprivate var json: JSON.Object {
    var object = JSON.Object()
    object["kind"] = .string(kind.rawValue)
    object["seconds"] = .number(seconds)
    object["beginSeconds"] = beginSeconds.map { .number($0) } ?? .null
    object["endSeconds"] = endSeconds.map { .number($0) } ?? .null
    object["spans"] = .integer(spans)
    return object
  }
}

extension LoadRates {
  fileprivate var json: JSON.Object {
    [
      "generatedTokens": .number(generatedTokens), "promptTokens": .number(promptTokens),
      "requests": .number(requests), "requestsDue": .number(requestsDue),
    ]
  }
}

extension LatencySummary {
  fileprivate var json: JSON.Object {
    [
      "count": .integer(count), "mean": .number(meanMs), "p50": .number(p50Ms), "p90": .number(p90Ms),
      "p95": .number(p95Ms), "p99": .number(p99Ms), "max": .number(maxMs),
    ]
  }
}

extension Goodput {
  fileprivate var json: JSON.Object {
    var object = JSON.Object()
    object["objective"] = .string(objective.description)
    object["met"] = .integer(met)
    object["of"] = .integer(of)
    object["fraction"] = fraction.map { .number($0) } ?? .null
    object["requestsPerSecond"] = requestsPerSecond.map { .number($0) } ?? .null
    return object
  }
}

extension ClientUsage {
  fileprivate var json: JSON.Object {
    var object = JSON.Object()
    object["processorSeconds"] = .number(processorSeconds)
    object["cores"] = .number(cores)
    object["coresMax"] = .number(Self.coresMax)
    object["microsecondsPerToken"] = microsecondsPerToken.map { .number($0) } ?? .null
    return object
  }
}
