import Core
import Manifests
import Testing

@Suite struct ManifestTests {
  /// Ten lines; `models` is line 6.
  static let least = """
    apiVersion: octavo.dev/v1
    kind: Cluster
    metadata:
      name: test
    workers: {}
    models:
      - name: kjv
        source: models/kjv

    """

  static func parse(_ text: String) throws(OctavoError) -> ClusterManifest {
    try ClusterManifest.parse(Array(text.utf8), source: "cluster.yaml")
  }

  static func error(_ text: String) -> OctavoError? {
    do throws(OctavoError) {
      _ = try parse(text)
      return nil
    } catch {
      return error
    }
  }

  @Test func readsTheExample() throws {
    let path = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/deploy/cluster.yaml"
    let manifest = try ClusterManifest.read(path)
    #expect(manifest.name == "kjv")
    #expect(manifest.workers == WorkerPool(replicas: 2, device: .cpu, memory: ByteCount(512 << 20), threads: 1))
    #expect(
      manifest.models == [
        ModelManifest(
          name: try ModelName("kjv-int8"), source: "../.build/models/kjv-int8", configuration: .int8,
          instances: 1...1, contextLength: 1_024, maxSequences: 64, maxRows: 256, keyValueTokens: .tokens(65_536),
          splitGoal: .mix)
      ])
    #expect(manifest.router == RouterManifest(host: "127.0.0.1", port: 50_051))
  }

  @Test func fillsInTheDefaults() throws {
    let manifest = try Self.parse(Self.least)
    #expect(manifest.workers == WorkerPool())
    #expect(manifest.workers.replicas == 1)
    #expect(manifest.models == [ModelManifest(name: try ModelName("kjv"), source: "models/kjv")])
    #expect(manifest.models[0].configuration == .int8)
    #expect(manifest.models[0].maxSequences == 64)
    #expect(manifest.models[0].maxRows == 256)
    #expect(manifest.models[0].keyValueTokens == .automatic)
    #expect(manifest.models[0].splitGoal == .mix)
    #expect(manifest.router == RouterManifest())
    #expect(manifest.router.isLoopback)
    #expect(manifest.router.metricsPort == nil)
  }

  @Test func readsEveryKey() throws {
    let manifest = try Self.parse(
      Self.least + """
            quantization: float32
            instances: {min: 0, max: 3}
            contextLength: 64
            maxSequences: 1024
            maxRows: 16
            maxWaiting: 0
            kvTokens: 64
            head: stored
            kv: float16
            wire: int8
            optimizeFor: prefill
          - {name: second, source: "b", quantization: int8, instances: 2, head: stored, kv: int8, kvTokens: max}
        router:
          host: 0.0.0.0
          port: 0
          tls: {cert: a.pem, key: 'k.pem', ca: ca.pem}
          metricsPort: 9464
        """)
    var first = InstanceConfiguration.float32
    first.keyValue = .float16
    first.wire = .int8
    #expect(manifest.models[0].configuration == first)
    #expect(manifest.models[0].instances == 0...3)
    #expect(manifest.models[0].contextLength == 64)
    #expect(manifest.models[0].maxSequences == 1_024)
    #expect(manifest.models[0].maxRows == 16)
    #expect(manifest.models[0].maxWaiting == 0)
    #expect(manifest.models[0].keyValueTokens == .tokens(64))
    #expect(manifest.models[0].splitGoal == .prefill)
    #expect(manifest.models[1].keyValueTokens == .most)
    #expect(
      manifest.models[1].configuration == InstanceConfiguration(precision: .int8, head: .stored, keyValue: .int8))
    #expect(manifest.models[1].instances == 2...2)
    #expect(
      manifest.router
        == RouterManifest(
          host: "0.0.0.0", port: 0, tls: .init(cert: "a.pem", key: "k.pem", ca: "ca.pem"), metricsPort: 9_464))
  }

  static func replaced(_ old: String, _ new: String) -> String {
    let parts = least.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
    return parts.joined(separator: new)
  }

  static let refused: [(String, String)] = [
    (replaced("kind: Cluster", "kind: Pod"), "cluster.yaml:2:7: kind is 'Pod': write Cluster"),
    (replaced("octavo.dev/v1", "octavo.dev/v2"), "cluster.yaml:1:13: apiVersion is 'octavo.dev/v2'"),
    (replaced("kind: Cluster\n", ""), "cluster.yaml:1:1: kind is missing: write Cluster"),
    (replaced("name: test", "name: Test"), "cluster.yaml:4:9: metadata.name is 'Test'"),
    (replaced("name: test", "name: -x"), "metadata.name is '-x'"),
    (replaced("name: test", "nam: test"), "cluster.yaml:4:3: 'nam' in metadata is not known: did you mean 'name'?"),
    (
      replaced("workers: {}", "workers: {replica: 2}"),
      "cluster.yaml:5:11: 'replica' in workers is not known: did you mean 'replicas'?"
    ),
    (replaced("workers: {}", "workers: {zzz: 2}"), "known are replicas, device, memory, threads"),
    (
      replaced("workers: {}", "workers: {replicas: 0}"),
      "cluster.yaml:5:21: workers.replicas is '0': give an integer from 1 to 4096"
    ),
    (replaced("workers: {}", "workers: {replicas: \"2\"}"), "workers.replicas is '2'"),
    (replaced("workers: {}", "workers: {replicas: 2.0}"), "workers.replicas is '2.0'"),
    (replaced("workers: {}", "workers: {replicas: [2]}"), "workers.replicas is a list of 1"),
    (replaced("workers: {}", "workers: {memory: lots}"), "workers.memory is 'lots': write a number and a unit"),
    (replaced("workers: {}", "workers: {memory: 0}"), "workers.memory is '0'"),
    (replaced("workers: {}", "workers: {device: gpu}"), "workers.device is 'gpu': give cpu"),
    (replaced("workers: {}", "workers: [1]"), "cluster.yaml:5:10: workers is a list of 1: give keys and values"),
    (replaced("workers: {}", "workers: {replicas: 1, replicas: 2}"), "'replicas' stands twice"),
    (replaced("workers: {}", "workers: {? [a, b] : 1}"), "a key must be a word"),
    (replaced("workers: {}", "workers: {<<: {replicas: 2}}"), "'<<' in workers is not known"),
    (replaced("- name: kjv\n    source: models/kjv", "[]"), "models is a list of 0"),
    (replaced("name: kjv", "name: ../kjv"), "cluster.yaml:7:11: models[0].name is '../kjv'"),
    (replaced("source: models/kjv", "source:"), "models[0].source is missing"),
    (replaced("    source: models/kjv\n", ""), "cluster.yaml:7:5: models[0].source is missing"),
    (least + "    quantization: int4\n", "cluster.yaml:9:19: models[0].quantization is 'int4': give int8 or float32"),
    (least + "    quantization: float32\n    head: int8\n", "models[0].head is 'int8': with quantization float32"),
    (least + "    instances: {min: 3, max: 2}\n", "models[0].instances.max is '2': give an integer from 3"),
    (least + "    instances: {min: 1}\n", "models[0].instances.max is missing"),
    (least + "    contextLength: 99999999999\n", "models[0].contextLength is '99999999999'"),
    (least + "    maxSequences: -1\n", "models[0].maxSequences is '-1'"),
    (
      least + "    maxSequences: 1025\n",
      "cluster.yaml:9:19: models[0].maxSequences is '1025': give an integer from 1 to 1024"
    ),
    (least + "    maxRows: 15\n", "cluster.yaml:9:14: models[0].maxRows is '15': give an integer from 16 to 4096"),
    (least + "    maxRows: 4097\n", "models[0].maxRows is '4097'"),
    (least + "    maxWaiting: 65537\n", "models[0].maxWaiting is '65537'"),
    (
      least + "    kvTokens: lots\n",
      "cluster.yaml:9:15: models[0].kvTokens is 'lots': give max or an integer from 1, one context, to 34359738368"
    ),
    (least + "    kvTokens: 0\n", "models[0].kvTokens is '0'"),
    (least + "    kvTokens: [max]\n", "models[0].kvTokens is a list of 1"),
    (least + "    kvTokens: 34359738369\n", "models[0].kvTokens is '34359738369'"),
    (
      least + "    contextLength: 64\n    kvTokens: 63\n",
      "cluster.yaml:10:15: models[0].kvTokens is '63': give max or an integer from 64, one context"
    ),
    (least + "    optimizeFor: speed\n", "models[0].optimizeFor is 'speed': give prefill or decode or mix"),
    (least + "    optimizefor: mix\n", "'optimizefor' in models[0] is not known: did you mean 'optimizeFor'?"),
    (least + "    wire: int4\n", "cluster.yaml:9:11: models[0].wire is 'int4': give exact or int8"),
    (least + "    kv: int4\n", "models[0].kv is 'int4': give float16 or float32 or int8"),
    (least + "  - {name: kjv, source: b}\n", "models[1].name is 'kjv', as an earlier model's"),
    (
      least + "router: {host: 0.0.0.0}\n", "cluster.yaml:9:16: router.host is '0.0.0.0': other machines reach that host"
    ),
    (least + "router: {port: 65536}\n", "router.port is '65536'"),
    (
      least + "router: {metricsPort: -1}\n",
      "cluster.yaml:9:23: router.metricsPort is '-1': give an integer from 0 to 65535"
    ),
    (least + "router: {metricPort: 1}\n", "'metricPort' in router is not known: did you mean 'metricsPort'?"),
    (least + "router: {tls: {cert: a}}\n", "router.tls.key is missing"),
    (least + "router: {tls: {cert: a, key: b}, insecure: true}\n", "router.insecure is 'true'"),
    (least + "router: {insecure: yes}\n", "router.insecure is 'yes': give true or false"),
    (least + "rooter: {}\n", "cluster.yaml:9:1: 'rooter' is not known: did you mean 'router'?"),
    (least + "---\n" + least, "another document"), ("", "cluster.yaml is empty"), ("# only a comment\n", "is empty"),
    ("text", "cluster.yaml:1:1: the manifest is 'text': give keys and values"), ("a: [", "cluster.yaml:2:1: not YAML"),
    ("a: b: c", "cluster.yaml:1:5: not YAML"), ("a: \"\\q\"", "not YAML"), ("\t- a", "not YAML"),
    ("a: *nowhere", "not YAML: found undefined alias"), ("a: \u{1}", "control characters are not allowed"),
  ]

  @Test(arguments: refused.indices) func saysWhereAndWhatNext(index: Int) {
    let (text, part) = Self.refused[index]
    let error = Self.error(text)
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "read")")
    #expect(error?.message.contains("\n") == false)
  }

  @Test func takesAnOpenHostThatSaysSo() throws {
    let manifest = try Self.parse(Self.least + "router: {host: 0.0.0.0, insecure: true}\n")
    #expect(manifest.router.insecure)
    #expect(!manifest.router.isLoopback)
  }
}
