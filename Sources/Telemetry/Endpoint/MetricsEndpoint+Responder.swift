internal import HTTPTypes
internal import HummingbirdCore
internal import NIOCore

extension MetricsEndpoint {
  /// Answers one request. A connection whose client does not take its answer, or sends a body, is closed.
  static func responder(_ registry: MetricsRegistry, _ limits: EndpointLimits) -> HTTPChannelHandler.Responder {
    { request, writer, channel in
      let deadline = channel.eventLoop.scheduleTask(in: .seconds(limits.answerSecondsMax)) {
        channel.close(promise: nil)
      }
      defer { deadline.cancel() }
      let answer = EndpointAnswer(method: request.method.rawValue, path: request.uri.path) {
        Exposition(registry.families).text
      }
      try await writer.write(response: head(answer), body: body(answer, for: request))
      if hasBody(request) { try await channel.close() }
    }
  }

  private static func head(_ answer: EndpointAnswer) -> HTTPResponse {
    var fields: HTTPFields = [.contentType: answer.contentType, .contentLength: "\(answer.text.utf8.count)"]
    if answer.status == 405 { fields[.allow] = "GET, HEAD" }
    return HTTPResponse(status: HTTPResponse.Status(code: answer.status), headerFields: fields)
  }

  private static func body(_ answer: EndpointAnswer, for request: Request) -> ResponseBody {
    request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(string: answer.text))
  }

  /// Nothing here takes one, and reading one to its end could take for ever.
  private static func hasBody(_ request: Request) -> Bool {
    let length = request.headers[.contentLength]
    return request.headers[.transferEncoding] != nil || (length != nil && length != "0")
  }
}
