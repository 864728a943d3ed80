import Core
package import RPC

extension ChannelOptions {
  /// Between a client and a router.
  package static var client: ChannelOptions {
    var options = ChannelOptions()
    options.receivedMessageBytesMax = Limits.clientMessageBytesMax
    options.sentMessageBytesMax = Limits.clientMessageBytesMax
    return options
  }

  /// Between the processes of a cluster: frames of activations.
  package static var pipeline: ChannelOptions {
    var options = ChannelOptions()
    options.receivedMessageBytesMax = Limits.frameBytesMax
    options.sentMessageBytesMax = Limits.frameBytesMax
    return options
  }
}

extension ServerOptions {
  /// For a router's clients.
  package static var clients: ServerOptions {
    var options = ServerOptions()
    options.receivedMessageBytesMax = Limits.clientMessageBytesMax
    options.sentMessageBytesMax = Limits.clientMessageBytesMax
    return options
  }

  /// For a worker's router and neighbours.
  package static var pipeline: ServerOptions {
    var options = ServerOptions()
    options.receivedMessageBytesMax = Limits.frameBytesMax
    options.sentMessageBytesMax = Limits.frameBytesMax
    return options
  }
}
