package import Core
package import Messages
package import RPC
import Synchronization

/// The connections of a load generator to one router, all on one event loop: its thread sends, receives and runs
/// every stream.
package final class LoadConnections: Sendable {
  /// A server of ours lets so many streams run on a connection, less a few; what is past it would wait unseen.
  package static let streamsPerConnection = 240
  package static let countMax = 1_024

  let loop: EventLoop
  private let channels: [Channel]
  private let address: String
  /// Streams on each.
  private let streams: Mutex<[Int]>
  private static let connectTimeout: Duration = .seconds(10)
  private static let answerTimeout: Duration = .seconds(30)

  package var count: Int { channels.count }

  /// - Parameters:
  ///   - address: HOST:PORT of the router.
  ///   - count: of connections; nil: as many as `inFlight` streams need.
  ///   - inFlight: streams at once.
  /// - Throws: INVALID_ARGUMENT for an address that is none, and for a count outside 1 to ``countMax``.
  package init(
    address: String, credentials: ChannelCredentials, count: Int?, inFlight: Int
  ) throws(OctavoError) {
    let count = count ?? (inFlight + Self.streamsPerConnection - 1) / Self.streamsPerConnection
    guard (1...Self.countMax).contains(count) else {
      throw .invalid("--connections", "\(count)", "give 1 to \(Self.countMax)")
    }
    self.address = address
    loop = EventLoop(name: "load")
    var options = ChannelOptions()
    // Calls that have been cancelled leave a moment later than they are forgotten.
    options.callsInFlightMax = 2 * inFlight + 64
    var channels: [Channel] = []
    for _ in 0..<count {
      channels.append(try Channel(target: address, credentials: credentials, options: options, on: loop))
    }
    self.channels = channels
    streams = Mutex(Array(repeating: 0, count: count))
  }

  /// Opens every connection and finds the model to send requests to.
  ///
  /// - Parameter name: of the model; empty: the only one served.
  /// - Throws: UNAVAILABLE when no router answers or the model is not ready, NOT_FOUND when it serves none of that
  ///   name, INVALID_ARGUMENT when there are several and none is named.
  package func model(named name: String) async throws(OctavoError) -> ModelDescription {
    do throws(OctavoError) {
      for channel in channels { try await channel.waitUntilReady(timeout: Self.connectTimeout) }
    } catch {
      throw OctavoError(
        .unavailable, "no router answers at \(address): start one with `octavo serve`, or name another with --router",
        cause: error)
    }
    let list = try ListModelsResponse(
      try await channels[0].unary(.inference("ListModels"), Empty().payload(), timeout: Self.answerTimeout))
    let served = list.models.map { quoted($0.name.text) }.joined(separator: ", ")
    let known = served.isEmpty ? "none" : served
    guard let model = name.isEmpty ? list.models.first : list.models.first(where: { $0.name.text == name }) else {
      throw OctavoError(.notFound, "no model \(quoted(name)) at \(address): it serves \(known)")
    }
    guard !name.isEmpty || list.models.count == 1 else {
      throw .invalid("--model", "not given, and several are served", "name one of \(known)")
    }
    guard model.isReady else {
      throw OctavoError(.unavailable, "the model \(quoted(model.name.text)) is not ready yet: see `octavo status`")
    }
    return model
  }

  /// The number of the connection with the fewest streams, which has one more until it is released; nil where
  /// `streamsMax` are open on all together.
  func claim(streamsMax: Int) -> Int? {
    streams.withLock { streams in
      guard streams.reduce(0, +) < streamsMax else { return nil }
      let index = streams.indices.min { streams[$0] < streams[$1] } ?? 0
      streams[index] += 1
      return index
    }
  }

  func release(_ index: Int) {
    streams.withLock { $0[index] -= 1 }
  }

  subscript(_ index: Int) -> Channel { channels[index] }

  package func close() async {
    for channel in channels { await channel.close() }
    await loop.shutdown()
  }
}
