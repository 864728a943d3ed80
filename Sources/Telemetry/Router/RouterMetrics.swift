package import Core
package import CoreMetrics

/// The metrics of a router. Ask once for those of a model, an instance or a stage and keep them: making looks names
/// up, counting does not.
///
/// Instances are told apart by the label `engine`, as vLLM tells its replicas: Prometheus gives `instance` to the
/// process that it asks.
package struct RouterMetrics: Sendable {
  private let factory: any MetricsFactory
  /// Of requests that name no model that is served: their names must not become labels.
  private let unnamed: ModelMetrics.Failures

  package init(_ factory: any MetricsFactory) {
    self.factory = factory
    unnamed = ModelMetrics.Failures(MetricMaker(factory: factory, labels: []))
  }

  package func model(_ name: ModelName) -> ModelMetrics {
    ModelMetrics(MetricMaker(factory: factory, labels: [("model_name", name.text)]))
  }

  package func instance(_ instance: InstanceID, of model: ModelName) -> InstanceMetrics {
    InstanceMetrics(
      MetricMaker(factory: factory, labels: [("model_name", model.text), ("engine", instance.rawValue)]))
  }

  /// Retire them when the stage is gone: its worker's next life has another name.
  package func stage(_ stage: StageID, of model: ModelName, on worker: WorkerID) -> StageMetrics {
    StageMetrics(
      MetricMaker(
        factory: factory,
        labels: [
          ("model_name", model.text), ("engine", stage.instance.rawValue), ("stage", "\(stage.index)"),
          ("worker", worker.rawValue),
        ]))
  }

  /// A request failed before it was known for which model it is.
  package func requestFailed(_ code: StatusCode) { unnamed.count(code) }
}
