import Core
import Messages
import RPC

/// The Forward call that a stage keeps open to the stage after it.
struct Successor: Sendable {
  /// A chain of many stages connects one after the other.
  private static let joinTimeout: Duration = .seconds(30)

  let call: ClientCall

  /// Returns when the next stage, and every stage after it, has accepted the handshake.
  init(opening handshake: Handshake, on channel: Channel) async throws(OctavoError) {
    try await channel.waitUntilReady(timeout: Self.joinTimeout)
    call = try await channel.startCall(.worker("Forward"))
    try await call.send(ForwardRequest.handshake(handshake).payload())
    _ = try await call.initialMetadata()
  }

  /// Waits for the stages ahead to end the call, which they only do when something went wrong, and says what.
  func ending() async -> OctavoError {
    do throws(OctavoError) {
      while try await call.receive() != nil {}
      return OctavoError(.unavailable, "the stages ahead ended the pipeline")
    } catch {
      return error
    }
  }
}
