internal import CGRPC
internal import Core

/// gRPC's arguments of a channel or server, alive while `withUnsafe` runs.
struct ChannelArguments {
  private var integers: [(key: String, value: Int32)] = []
  private var strings: [(key: String, value: String)] = []
  private var quota: OpaquePointer?

  mutating func set(_ key: String, _ value: Int) {
    integers.append((key, Int32(clamping: value)))
  }

  mutating func set(_ key: String, _ value: Bool) { set(key, value ? 1 : 0) }

  mutating func set(_ key: String, _ value: String) { strings.append((key, value)) }

  /// Whole milliseconds, at least 1, at most 24 days.
  mutating func set(_ key: String, _ value: Duration) {
    let (seconds, attoseconds) = value.components
    let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
    set(key, overflow ? Int(Int32.max) : max(1, Int(milliseconds) + Int(attoseconds / 1_000_000_000_000_000)))
  }

  /// Compression, because activations do not compress, its filters cost every call, and a small message could
  /// unpack to any size; a peer that compresses gets UNIMPLEMENTED. And gRPC's own trace of channels.
  mutating func leaveOutWhatNobodyUses() {
    set("grpc.compression_enabled_algorithms_bitset", 1)
    set("grpc.per_message_compression", false)
    set("grpc.per_message_decompression", false)
    set("grpc.enable_channelz", false)
  }

  /// Borrows the quota: the channel takes its own reference.
  mutating func set(quota: OpaquePointer) { self.quota = quota }

  func withUnsafe<Result>(_ body: (UnsafePointer<grpc_channel_args>) -> Result) -> Result {
    var owned: [UnsafeMutablePointer<CChar>] = []
    defer { for string in owned { string.deallocate() } }
    func copy(_ string: String) -> UnsafeMutablePointer<CChar> {
      let terminated = string.utf8CString
      let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: terminated.count)
      terminated.withUnsafeBufferPointer { pointer.initialize(from: $0.baseAddress!, count: $0.count) }
      owned.append(pointer)
      return pointer
    }
    var arguments: [grpc_arg] = []
    for (key, value) in integers {
      arguments.append(grpc_arg(type: GRPC_ARG_INTEGER, key: copy(key), value: .init(integer: value)))
    }
    for (key, value) in strings {
      arguments.append(grpc_arg(type: GRPC_ARG_STRING, key: copy(key), value: .init(string: copy(value))))
    }
    if let quota {
      let pointer = grpc_arg_pointer(
        p: UnsafeMutableRawPointer(quota), vtable: grpc_resource_quota_arg_vtable())
      arguments.append(
        grpc_arg(type: GRPC_ARG_POINTER, key: copy("grpc.resource_quota"), value: .init(pointer: pointer)))
    }
    return arguments.withUnsafeMutableBufferPointer { buffer in
      var wrapped = grpc_channel_args(num_args: buffer.count, args: buffer.baseAddress)
      return body(&wrapped)
    }
  }
}
