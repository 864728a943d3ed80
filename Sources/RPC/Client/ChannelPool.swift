package import Core

/// Channels to other processes, one an address, kept until they are dropped or the pool is closed.
package final class ChannelPool: Sendable {
  private let channels = Guarded<[String: Channel]>([:])
  private let loop: EventLoop
  private let credentials: ChannelCredentials
  private let options: ChannelOptions

  package init(credentials: ChannelCredentials, options: ChannelOptions, on loop: EventLoop) {
    self.loop = loop
    self.credentials = credentials
    self.options = options
  }

  /// The channel to an address, made when it is first asked for.
  ///
  /// - Throws: INVALID_ARGUMENT for an address that is none, RESOURCE_EXHAUSTED past one for each worker that
  ///   a router may have.
  package func channel(to address: String) throws(OctavoError) -> Channel {
    let result = channels.withLock { channels -> Result<Channel, OctavoError> in
      if let channel = channels[address] { return .success(channel) }
      guard channels.count < Limits.workersMax else {
        return .failure(OctavoError(.resourceExhausted, "\(channels.count) channels are open already"))
      }
      return Result { () throws(OctavoError) in
        let channel = try Channel(target: address, credentials: credentials, options: options, on: loop)
        channels[address] = channel
        return channel
      }
    }
    return try result.get()
  }

  /// Gives up the channel to an address whose process is gone.
  package func drop(_ address: String) async {
    await channels.withLock { $0.removeValue(forKey: address) }?.close()
  }

  package func close() async {
    let open = channels.withLock { channels in
      defer { channels = [:] }
      return Array(channels.values)
    }
    for channel in open { await channel.close() }
  }
}
