/// Every bound that more than one room must agree on. A room's own bounds stand beside its code.
package enum Limits {
  /// Tokens in a page of KV: one AVX-512 register of float scores.
  package static let tokensPerPage = 16
  /// Input channels of a linear layer: 65,536 x 255 x 128 still fits int32.
  package static let inputChannelsMax = 65_536
  /// Input channels that share one activation scale and zero point.
  package static let activationGroup = 128

  /// UTF-8 bytes of a prompt, checked before it is tokenized.
  package static let promptBytesMax = 4 << 20
  /// A message between a client and the router.
  package static let clientMessageBytesMax = 8 << 20
  /// A message between the router and workers, and between workers: the activations of a microbatch.
  package static let frameBytesMax = 256 << 20
  /// Requests that wait for a place in one instance, unless it is told otherwise.
  package static let requestsWaitingByDefault = 256
  /// Stop strings of a request, and UTF-8 bytes of each.
  package static let stopStringsMax = 16
  package static let stopStringBytesMax = 256
  /// Stop ids of a request.
  package static let stopIDsMax = 64
  package static let topLogprobsMax = 20
  package static let temperatureMax: Float = 100
  package static let repetitionPenaltyMax: Float = 100
  /// Of presence and of frequency, either way.
  package static let penaltyMax: Float = 2
  package static let logitBiasMax: Float = 100
  package static let logitBiasesMax = 1_024
  /// Continuations of one prompt.
  package static let continuationsMax = 128
  /// Either way; 0 is the usual one.
  package static let priorityMax = 10
  /// Printable ASCII characters of a tenant's name.
  package static let tenantBytesMax = 64
  /// Positions a sequence may reach.
  package static let contextLengthMax = 1 << 24
  /// Sequences open at once in one stage.
  package static let sequencesMax = 1 << 16
  /// Pages of KV of one stage.
  package static let pagesMax = 1 << 31
  /// Rows of one microbatch.
  package static let rowsMax = 1 << 16
  /// What a manifest may ask of an instance: sequences open at once, and rows of a microbatch.
  package static let instanceSequences = 1...1_024
  package static let instanceRows = 16...4_096
  package static let instanceWaiting = 0...65_536
  /// Stages of one pipeline.
  package static let stagesMax = 256
  /// Workers that may join one router.
  package static let workersMax = 4_096
}
