import Core
import Messages
import RPC
import TestSupport
import Testing

@Suite struct RefusalTests {
  /// A length-delimited field of up to 127 bytes.
  private func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] { [number << 3 | 2, UInt8(bytes.count)] + bytes }

  private func refusal<Message: WireMessage>(_: Message.Type, _ bytes: [UInt8]) -> OctavoError? {
    #expect(throws: OctavoError.self) { try Message(Payload(bytes)) }
  }

  @Test func textIsValidUTF8WithoutNUL() {
    #expect(refusal(GenerateRequest.self, field(2, [0x61, 0]))?.message.contains("NUL at byte 1") == true)
    for bad in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82]] as [[UInt8]] {
      #expect(refusal(GenerateRequest.self, field(2, bad))?.message.contains("not valid UTF-8") == true)
    }
  }

  @Test func anotherProtocolVersionIsRefusedBeforeAnythingElseIsRead() {
    var handshake = Samples.handshake
    handshake.protocolVersion = 77
    let error = #expect(throws: OctavoError.self) { try Handshake(handshake.payload()) }
    #expect(error?.code == .failedPrecondition)
    #expect(refusal(Handshake.self, [0x08, 9])?.code == .failedPrecondition)
    #expect(refusal(JoinRequest.self, field(3, [0xFF]))?.code == .failedPrecondition)
  }

  @Test(arguments: [
    JoinRequest(address: "127.0.0.1:1", memoryBytes: .max, threads: 1),
    JoinRequest(address: "127.0.0.1:1", memoryBytes: 0, threads: 1),
    JoinRequest(address: "127.0.0.1:1", memoryBytes: 1, threads: 0),
    JoinRequest(address: "127.0.0.1:1", memoryBytes: 1, threads: 1, device: "cpu\n"),
    JoinRequest(address: "127.0.0.1:1", memoryBytes: 1, threads: 1, device: String(repeating: "c", count: 65)),
    JoinRequest(softwareVersion: "1\u{1B}[31m", address: "127.0.0.1:1", memoryBytes: 1, threads: 1),
  ])
  func anIntroductionOutOfRangeIsRefused(request: JoinRequest) {
    let error = #expect(throws: OctavoError.self) { try JoinRequest(request.payload()) }
    #expect(error?.code == .invalidArgument)
  }

  /// The router and other workers connect to it: nothing but a host and a port will do.
  @Test(arguments: [
    "", ":1", "host", "host:", "host:0", "host:65536", "host:+1", "ho\nst:1", "a b:1", "unix:/run/x:1", "dns:///a:1",
    "::1:1", "ipv4:127.0.0.1:1", "é:1", String(repeating: "a", count: 300) + ":1",
  ])
  func anAddressIsHostAndPort(address: String) {
    #expect(throws: OctavoError.self) {
      try JoinRequest(JoinRequest(address: address, memoryBytes: 1, threads: 1).payload())
    }
  }

  @Test(arguments: ["127.0.0.1:1", "[::1]:65535", "worker-3.pool_a.svc.cluster.local:7001", "[fe80::1%eth0]:1"])
  func hostsAndPortsAreAddresses(address: String) throws {
    let request = JoinRequest(address: address, memoryBytes: 1 << 50, threads: 1_024)
    #expect(try JoinRequest(request.payload()) == request)
  }

  /// Clients round these to whole numbers, which traps for what no integer holds.
  @Test(arguments: [Double.nan, .infinity, -1, 1e300])
  func aStatusHoldsDurationsAndFractions(number: Double) {
    var status = Samples.status
    status.uptimeSeconds = number
    #expect(throws: OctavoError.self) { try StatusResponse(status.payload()) }
    status = Samples.status
    status.workers[0].secondsSinceHeartbeat = number
    #expect(throws: OctavoError.self) { try StatusResponse(status.payload()) }
    status = Samples.status
    status.models[0].instances[0].stages[0].loadedFraction = Float(number)
    #expect(throws: OctavoError.self) { try StatusResponse(status.payload()) }
  }

  @Test func namesThatArePathsAreNoModels() {
    for name in ["", "..", ".hidden", "a/b", "a\\b", "a b", String(repeating: "a", count: 129), "é"] {
      #expect(throws: OctavoError.self) { try ModelName(name) }
    }
  }

  /// Millions of empty parts in few bytes ask for far more memory than they are long.
  @Test func unpackingIsBounded() {
    var bomb: [UInt8] = []
    for _ in 0..<500_000 { bomb += field(3, []) }
    let error = #expect(throws: OctavoError.self) { try Frame(Payload(bomb)) }
    #expect(error?.code == .resourceExhausted)
  }

  /// One for each stage, and a frame comes from the stages before.
  @Test func timingsAreNoMoreThanStages() throws {
    var frame = Samples.frame
    frame.timings = Array(repeating: StageTiming(runNs: 1), count: Limits.stagesMax - 1)
    #expect(try Frame(frame.payload()) == frame)
    frame.timings.append(StageTiming())
    #expect(throws: OctavoError.self) { try Frame(frame.payload()) }
    var results = ResultsResponse(microbatch: MicrobatchID(1), epoch: Epoch(1), tokens: [], timings: frame.timings)
    #expect(try ResultsResponse(results.payload()) == results)
    results.timings.append(StageTiming())
    let error = #expect(throws: OctavoError.self) { try ResultsResponse(results.payload()) }
    #expect(error?.code == .invalidArgument && error?.message.contains("257") == true)
  }

  @Test func onlyTheLastStageHasNoSuccessor() {
    var request = LoadRequest(
      handshake: Samples.handshake, model: Samples.model, range: Samples.range, capacity: Samples.capacity,
      nextAddress: "127.0.0.1:1")
    #expect(throws: OctavoError.self) { try LoadRequest(request.payload()) }
    request.range.projects = false
    request.nextAddress = nil
    #expect(throws: OctavoError.self) { try LoadRequest(request.payload()) }
  }

  /// Every message cut anywhere, and with any one byte changed, is refused or read: never a crash, never a hang.
  @Test func damagedMessagesNeverCrash() {
    var random = SeededGenerator(seed: 1)
    for bytes in [
      ForwardRequest.frame(Samples.frame).payload().bytes(), Samples.request.payload().bytes(),
      Samples.response.payload().bytes(), Samples.status.payload().bytes(),
    ] {
      for count in 0..<bytes.count { readAll(Array(bytes.prefix(count))) }
      for _ in 0..<20_000 {
        var damaged = bytes
        for _ in 0...Int.random(in: 0..<3, using: &random) {
          damaged[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
        }
        readAll(damaged)
      }
    }
  }

  private func readAll(_ bytes: [UInt8]) {
    let payload = Payload(bytes)
    _ = try? ForwardRequest(payload)
    _ = try? GenerateRequest(payload)
    _ = try? GenerateResponse(payload)
    _ = try? StatusResponse(payload)
    _ = try? LoadRequest(payload)
  }
}
