import Core
package import RPC

extension ChannelOptions {
  /// Between the processes of a cluster: frames of activations.
  package static var pipeline: ChannelOptions {
    var options = ChannelOptions()
    options.receivedMessageBytesMax = Limits.frameBytesMax
    options.sentMessageBytesMax = Limits.frameBytesMax
    return options
  }
}

extension ServerOptions {
  /// For a worker's router and neighbours.
  package static var pipeline: ServerOptions {
    var options = ServerOptions()
    options.receivedMessageBytesMax = Limits.frameBytesMax
    options.sentMessageBytesMax = Limits.frameBytesMax
    return options
  }
}
