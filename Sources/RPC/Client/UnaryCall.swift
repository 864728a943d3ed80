internal import CGRPC
internal import CGRPCShims
internal import Core

/// One request, one answer, one batch: the status is among its operations, so the answer counts only
/// when the status is OK.
final class UnaryCall: Call, @unchecked Sendable {
  private let channel: ChannelCore
  private let results = UnsafeMutablePointer<octavo_grpc_client_results>.make()
  private var buffer: UnsafeMutablePointer<grpc_byte_buffer>?
  private var continuation: Resumption<Result<Payload, OctavoError>>?

  init(call: Handle, channel: ChannelCore) {
    self.channel = channel
    super.init(call: call)
  }

  deinit { results.destroy() }

  func start(
    _ request: Payload, _ metadata: Metadata, _ continuation: Resumption<Result<Payload, OctavoError>>
  ) {
    self.continuation = continuation
    let buffer = request.makeByteBuffer()
    self.buffer = buffer
    let isStarted = metadata.withWire { wire, count in
      start(0) { batch in
        batch.sendInitialMetadata(wire, count)
        batch.sendMessage(buffer)
        batch.sendClose()
        batch.receiveInitialMetadata(into: results)
        batch.receiveMessage(into: results.pointer(to: \.message)!)
        batch.receiveStatus(into: results)
      }
    }
    guard !isStarted else { return }
    grpc_byte_buffer_destroy(buffer)
    abandon()
    continuation.resume(returning: .failure(OctavoError(.internal, "gRPC refused to start the call")))
  }

  override func complete(_ step: UInt, ok: Bool) {
    if let buffer { grpc_byte_buffer_destroy(buffer) }
    let status = results.status()
    let answer: Result<Payload, OctavoError>
    if !status.isOK {
      answer = .failure(OctavoError(status))
    } else if let message = results.takeMessage() {
      answer = .success(message)
    } else {
      answer = .failure(OctavoError(.internal, "the server ended the call with OK but without an answer"))
    }
    let continuation = continuation
    self.continuation = nil
    batchDone(ends: true)
    continuation?.resume(returning: answer)
  }

  override func released() { channel.dismiss(self) }
}
