internal import CoreMetrics

/// Makes metrics that share a factory and labels.
struct MetricMaker {
  let factory: any MetricsFactory
  let labels: [(String, String)]

  func counter(_ description: MetricDescription, _ more: (String, String)...) -> Counter {
    Counter(label: description.name, dimensions: labels + more, factory: factory)
  }

  func floatingPointCounter(_ description: MetricDescription) -> FloatingPointCounter {
    FloatingPointCounter(label: description.name, dimensions: labels, factory: factory)
  }

  func gauge(_ description: MetricDescription) -> Meter {
    Meter(label: description.name, dimensions: labels, factory: factory)
  }

  func histogram(_ description: MetricDescription) -> Recorder {
    Recorder(label: description.name, dimensions: labels, factory: factory)
  }

  func timer(_ description: MetricDescription) -> Timer {
    Timer(label: description.name, dimensions: labels, factory: factory)
  }
}
