import Core
package import Messages
import RPC
import Engine

/// What a stage hands on for a frame, with the timings of all stages so far, its own last.
package enum StageMessage: Sendable {
  /// To the next stage.
  case frame(Frame)
  /// From the last stage to the router.
  case results(ResultsResponse)

  init(_ output: StageOutput, of frame: Frame, _ timing: StageTiming) {
    let timings = frame.timings + [timing]
    switch output {
    case .activations(let activations):
      self = .frame(Frame(microbatch: frame.microbatch.forwarded, activations: activations, timings: timings))
    case .sampled(let tokens, let scores):
      self = .results(
        ResultsResponse(
          microbatch: frame.microbatch.id, epoch: frame.microbatch.epoch, tokens: tokens, scores: scores,
          timings: timings))
    }
  }

  /// The message as bytes.
  ///
  /// - Parameter sendNs: of the message before this one, for this stage's timing.
  func payload(sendNs: UInt64) -> Payload {
    switch self {
    case .frame(var frame):
      frame.timings[frame.timings.count - 1].sendNs = sendNs
      return ForwardRequest.frame(frame).payload()
    case .results(var results):
      results.timings[results.timings.count - 1].sendNs = sendNs
      return results.payload()
    }
  }
}
