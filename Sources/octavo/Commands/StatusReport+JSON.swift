import Core
import JSON
import Messages

extension StatusReport {
  var json: JSON {
    var object = JSON.Object()
    object["version"] = .string(status.softwareVersion)
    object["protocolVersion"] = .integer(Int(status.protocolVersion))
    object["uptimeSeconds"] = .number(status.uptimeSeconds)
    object["workers"] = .array(status.workers.map(worker))
    object["models"] = .array(status.models.map(model))
    return .object(object)
  }

  private func worker(_ worker: WorkerStatus) -> JSON {
    var object = JSON.Object()
    object["worker"] = .string(worker.worker.rawValue)
    object["address"] = .string(worker.address)
    object["device"] = .string(worker.device)
    object["threads"] = .integer(worker.threads)
    object["memoryBytes"] = .integer(worker.memoryBytes)
    object["memoryUsedBytes"] = .integer(worker.memoryUsedBytes)
    object["secondsSinceHeartbeat"] = .number(worker.secondsSinceHeartbeat)
    return .object(object)
  }

  private func model(_ model: ModelStatus) -> JSON {
    var object = JSON.Object()
    object["name"] = .string(model.model.name.text)
    object["digest"] = .string(model.model.digest.hexadecimal)
    object["precision"] = .string(model.model.configuration.precision.rawValue)
    object["head"] = .string(model.model.configuration.head.rawValue)
    object["keyValue"] = .string(model.model.configuration.keyValue.rawValue)
    object["wire"] = .string(model.model.configuration.wire.rawValue)
    object["optimizeFor"] = .string(model.splitGoal.rawValue)
    object["contextLength"] = .integer(model.model.contextLength)
    object["vocabularySize"] = .integer(model.model.vocabularySize)
    object["ready"] = .bool(model.model.isReady)
    object["requestsWaiting"] = .integer(model.requestsWaiting)
    object["requestsRunning"] = .integer(model.requestsRunning)
    object["requestsFinished"] = .integer(model.requestsFinished)
    object["requestsFailed"] = .integer(model.requestsFailed)
    object["instances"] = .array(model.instances.map(instance))
    return .object(object)
  }

  private func instance(_ instance: InstanceStatus) -> JSON {
    var object = JSON.Object()
    object["instance"] = .string(instance.instance.rawValue)
    object["state"] = .string(instance.state.rawValue)
    object["detail"] = .string(instance.detail)
    object["pages"] = .integer(instance.pageCount)
    object["kvTokens"] = .integer(instance.pageCount * Limits.tokensPerPage)
    object["stages"] = .array(instance.stages.map(stage))
    return .object(object)
  }

  private func stage(_ stage: StageStatus) -> JSON {
    var object = JSON.Object()
    object["stage"] = .integer(stage.stage.index)
    object["worker"] = .string(stage.worker.rawValue)
    object["firstLayer"] = .integer(stage.range.layers.lowerBound)
    object["endLayer"] = .integer(stage.range.layers.upperBound)
    object["memoryBytes"] = .integer(stage.memoryBytes)
    object["loadedFraction"] = .number(Double(stage.loadedFraction))
    return .object(object)
  }
}
