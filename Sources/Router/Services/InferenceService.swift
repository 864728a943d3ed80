import ControlPlane
import Core
import Logging
import Messages
import RPC
import Telemetry

/// The `octavo.v1.Inference` service.
struct InferenceService: Sendable {
  let models: ModelTable
  let cluster: ClusterDriver
  let clock: ProcessClock
  let metrics: RouterMetrics
  let log: Logger

  func register(on server: Server) {
    server.handle(.inference("Generate")) { call in try await generate(call) }
    server.answer(.inference("Tokenize")) { (request: TokenizeRequest) -> TokenizeResponse in
      let model = try models.driver(named: request.model).model
      return TokenizeResponse(
        ids: try RequestCheck.tokens(of: request.text, addingSpecialTokens: request.addsSpecialTokens, for: model))
    }
    server.answer(.inference("ListModels")) { await list() }
  }

  private func list() async -> ListModelsResponse {
    let records = await cluster.snapshot.instances
    return ListModelsResponse(
      models: models.all.map { driver in
        driver.model.description(isReady: driver.instances.contains { records[$0.id]?.state == .ready })
      })
  }
}
