/// What the endpoint answers to a request.
package struct EndpointAnswer: Sendable, Hashable {
  package var status: Int
  package var contentType = "text/plain; charset=utf-8"
  package var text: String

  private init(status: Int, text: String) {
    self.status = status
    self.text = text
  }

  /// - Parameters:
  ///   - path: without a query.
  ///   - exposition: asked only for the metrics.
  package init(method: String, path: String, exposition: () -> String) {
    switch (method, path) {
    case ("GET", "/healthz"), ("HEAD", "/healthz"):
      self.init(status: 200, text: "ok\n")
    case ("GET", "/metrics"), ("HEAD", "/metrics"):
      self.init(status: 200, text: exposition())
      contentType = Exposition.contentType
    case (_, "/healthz"), (_, "/metrics"):
      self.init(status: 405, text: "Only GET and HEAD.\n")
    default:
      self.init(status: 404, text: "There are /metrics and /healthz.\n")
    }
  }
}
