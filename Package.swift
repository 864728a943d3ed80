// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target: warnings are errors, imports say who may see them.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableExperimentalFeature("Lifetimes"),
  .treatAllWarnings(as: .error),
]

/// Rooms without unsafe code also refuse it: each use would be a warning, hence an error.
let safe: [SwiftSetting] = strict + [.strictMemorySafety()]

/// The kernels are a specification of bits: a * b + c is fused only where the source says so.
let kernelFlags: [CSetting] = [.unsafeFlags(["-O3", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror"])]

let log: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
  name: "octavo",
  products: [.executable(name: "octavo", targets: ["octavo"])],
  dependencies: [
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    // Without traits: reading its configuration from the environment is no use to us and much to build.
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
  ],
  targets: [
    // The executable and the processes.
    .executableTarget(
      name: "octavo",
      dependencies: [
        "Client", "Router", "Worker", "Manifests", "Benchmarking", "LoadTesting", "Engine", "Synthesis",
        "Quantization", "Checkpoints", "Models", "Messages", "RPC", "Telemetry", "JSON", "Core", log,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .target(
      name: "Router",
      dependencies: [
        "ControlPlane", "Placement", "Scheduling", "Tokenizers", "Checkpoints", "Models", "Messages", "RPC",
        "Telemetry", "Core", log,
      ],
      swiftSettings: safe),
    .target(
      name: "Worker",
      dependencies: ["Engine", "Checkpoints", "Models", "Messages", "RPC", "Core", log],
      swiftSettings: safe),
    .target(name: "Client", dependencies: ["LoadTesting", "Messages", "RPC", "Core"], swiftSettings: safe),
    .target(
      name: "Manifests", dependencies: ["Core", .product(name: "Yams", package: "Yams")], swiftSettings: safe),

    // Pure cores: events in, commands out.
    .target(name: "ControlPlane", dependencies: ["Placement", "Scheduling", "Models", "Core"], swiftSettings: safe),
    .target(name: "Placement", dependencies: ["Models", "Core"], swiftSettings: safe),
    .target(
      name: "Scheduling",
      dependencies: [
        "Models", "Core", .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "HeapModule", package: "swift-collections"),
      ],
      swiftSettings: safe),

    // Numbers.
    .target(
      name: "LoadTesting",
      dependencies: ["JSON", "Core", .product(name: "Histogram", package: "hdrhistogram-swift")], swiftSettings: safe),
    .target(
      name: "Benchmarking", dependencies: ["Engine", "Checkpoints", "Models", "JSON", "Core"], swiftSettings: safe),
    .target(
      name: "Engine", dependencies: ["Quantization", "Checkpoints", "Models", "Core", "CKernels"],
      swiftSettings: strict),
    .target(
      name: "Synthesis", dependencies: ["Quantization", "Tokenizers", "Checkpoints", "Models", "JSON", "Core"],
      swiftSettings: safe),
    .target(
      name: "Quantization", dependencies: ["Checkpoints", "Models", "Core", "JSON", "CKernels"],
      swiftSettings: strict),
    .target(name: "Tokenizers", dependencies: ["Core", "JSON", "CPCRE2"], swiftSettings: strict),
    .target(
      name: "Checkpoints",
      dependencies: ["Models", "Core", "JSON", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: strict),
    .target(name: "Models", dependencies: ["Core"], swiftSettings: safe),

    // The wire.
    .target(name: "Messages", dependencies: ["RPC", "Core", "COctavoProto"], swiftSettings: strict),
    .target(name: "RPC", dependencies: ["Core", "CGRPC", "CGRPCShims"], swiftSettings: strict),

    // The ground.
    .target(
      name: "Telemetry",
      dependencies: [
        "Core", log,
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: safe),
    .target(name: "JSON", dependencies: ["Core"], swiftSettings: safe),
    .target(name: "Core", swiftSettings: safe, linkerSettings: [.linkedLibrary("m")]),

    // C.
    .target(name: "CKernels", cSettings: kernelFlags),
    .target(
      name: "COctavoProto", linkerSettings: [.linkedLibrary("protobuf-c")]),
    .target(name: "CGRPCShims", dependencies: ["CGRPC"]),
    .systemLibrary(name: "CGRPC", providers: [.apt(["libgrpc-dev"])]),
    .systemLibrary(name: "CPCRE2", providers: [.apt(["libpcre2-dev"])]),

    // Peers of the acceptance tests and benchmarks: small programs around one module.
    .executableTarget(name: "rpc-peer", dependencies: ["RPC", "Core"], path: "Tests/Peers/RPC", swiftSettings: strict),
    .executableTarget(
      name: "engine-probe", dependencies: ["Engine", "Quantization", "Checkpoints", "Models", "Core", "CKernels"],
      path: "Tests/Peers/Engine", swiftSettings: strict),
    .executableTarget(
      name: "tokenizer-probe", dependencies: ["Tokenizers", "Core"], path: "Tests/Peers/Tokenizer",
      swiftSettings: strict),
    .executableTarget(
      name: "bench-rpc", dependencies: ["RPC", "Core"], path: "Tests/Benchmarks/RPC/Octavo", swiftSettings: strict),
    .executableTarget(
      name: "bench-router", dependencies: ["Scheduling", "Messages", "RPC", "Core"], path: "Tests/Benchmarks/Router",
      swiftSettings: strict),

    // Tests mirror Sources.
    .target(name: "TestSupport", path: "Tests/Support", swiftSettings: safe),
    .testTarget(name: "CoreTests", dependencies: ["Core"], swiftSettings: strict),
    .testTarget(
      name: "TelemetryTests",
      dependencies: ["Telemetry", "Core", log, .product(name: "CoreMetrics", package: "swift-metrics")],
      swiftSettings: strict),
    .testTarget(name: "JSONTests", dependencies: ["JSON", "Core", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "RPCTests", dependencies: ["RPC", "Core"], exclude: ["tsan.supp"], swiftSettings: strict),
    .testTarget(
      name: "MessagesTests", dependencies: ["Messages", "RPC", "Core", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "ModelsTests", dependencies: ["Models", "Core"], swiftSettings: strict),
    .testTarget(
      name: "CheckpointsTests", dependencies: ["Checkpoints", "Models", "JSON", "Core"], swiftSettings: strict),
    .testTarget(
      name: "TokenizersTests", dependencies: ["Tokenizers", "JSON", "Core", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "QuantizationTests", dependencies: ["Quantization", "Checkpoints", "Models", "Core", "CKernels"],
      swiftSettings: strict),
    .testTarget(
      name: "SynthesisTests",
      dependencies: ["Synthesis", "Quantization", "Tokenizers", "Checkpoints", "Models", "JSON", "Core"],
      swiftSettings: strict),
    .testTarget(
      name: "EngineTests",
      dependencies: ["Engine", "Quantization", "Checkpoints", "Models", "JSON", "Core", "CKernels", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "BenchmarkingTests", dependencies: ["Benchmarking", "Engine", "Checkpoints", "Models", "JSON", "Core"],
      swiftSettings: strict),
    .testTarget(name: "LoadTestingTests", dependencies: ["LoadTesting", "JSON", "Core"], swiftSettings: strict),
    .testTarget(
      name: "SchedulingTests", dependencies: ["Scheduling", "Models", "Core", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "ServingTests", dependencies: ["Scheduling", "Engine", "Checkpoints", "Models", "Core", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "PlacementTests", dependencies: ["Placement", "Models", "Core", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "ControlPlaneTests", dependencies: ["ControlPlane", "Placement", "Models", "Core", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "WorkerTests", dependencies: ["Worker", "Messages", "RPC", "Core", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "ManifestsTests", dependencies: ["Manifests", "Core"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
