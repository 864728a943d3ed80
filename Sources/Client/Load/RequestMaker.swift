import Core
import LoadTesting
import Messages
import RPC

/// Turns a workload's requests into messages.
struct RequestMaker: Sendable {
  let model: ModelName
  let workload: Workload

  func request(_ index: Int) -> PreparedRequest {
    let planned = workload.request(index)
    let settings = workload.settings
    let request = GenerateRequest(
      model: model.text, prompt: .ids(workload.prompt(of: planned)), maxTokens: planned.outputTokens,
      temperature: Float(settings.temperature), seed: planned.samplingSeed,
      ignoresEndTokens: !settings.honorsEndTokens,
      continuations: settings.continuations == 1 ? nil : settings.continuations, priority: settings.priority)
    var metadata: Metadata = [:]
    if let tenant = planned.tenant { metadata.append(Metadata.tenantKey, "tenant-\(tenant)") }
    return PreparedRequest(planned: planned, payload: request.payload(), metadata: metadata)
  }
}
