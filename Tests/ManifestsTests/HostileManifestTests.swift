import Core
import Manifests
import Testing

@Suite struct HostileManifestTests {
  @Test func refusesAliasBombs() {
    var bomb = "a0: &a0 [x, x]\n"
    for level in 1...40 { bomb += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    let error = ManifestTests.error(bomb)
    #expect(error?.code == .invalidArgument)
    #expect(
      error?.message.hasPrefix("cluster.yaml:2: '*a0' is an alias of '&a0'") == true, "\(error?.message ?? "read")")
  }

  @Test func refusesAliasBombsInKeysAndBehindQuotes() {
    var bomb = "a0: &a0 {x: x}\n"
    for level in 1...40 { bomb += "? &a\(level) {*a\(level - 1) : 1, [*a\(level - 1)] : 2}\n: b 'c # \" x\n" }
    #expect(ManifestTests.error(bomb)?.message.contains("is an alias of") == true)
  }

  @Test func takesSignsThatAreNoAliases() throws {
    let text = ManifestTests.least + "# see *note* & &more\n"
    #expect(try ManifestTests.parse(text).name == "test")
  }

  @Test(arguments: ["[", "{a: ", "- ", "? ", "a:\n "]) func refusesDeepNesting(opening: String) {
    let error = ManifestTests.error("x:\n " + String(repeating: opening, count: 40_000))
    #expect([.invalidArgument, .resourceExhausted].contains(error?.code))
  }

  @Test func refusesDeepIndentation() {
    var text = ""
    for level in 0..<700 { text += String(repeating: " ", count: level) + "a:\n" }
    #expect(ManifestTests.error(text)?.code == .invalidArgument)
  }

  @Test func refusesMoreThanAManifestNeeds() {
    let error = ManifestTests.error(ManifestTests.least + "#" + String(repeating: "x", count: 256 << 10))
    #expect(error?.code == .resourceExhausted)
  }

  @Test func refusesBytesThatAreNotText() {
    for bytes in [[0xFF, 0xFE, 0x61, 0], [0xC3, 0x28]] as [[UInt8]] {
      let error = #expect(throws: OctavoError.self) { try ClusterManifest.parse(bytes, source: "cluster.yaml") }
      #expect(error?.code == .invalidArgument)
    }
    #expect(ManifestTests.error("a: b\0c")?.code == .invalidArgument)
  }

  @Test func refusesEveryCutOfAManifestOrReadsAWholeOne() {
    let bytes = Array((ManifestTests.least + "router: {host: \"127.0.0.1\", port: 1}\n").utf8)
    for count in 0..<bytes.count {
      do throws(OctavoError) {
        _ = try ClusterManifest.parse(Array(bytes[..<count]), source: "cluster.yaml")
      } catch {
        #expect(error.code == .invalidArgument)
      }
    }
  }

  @Test func showsHostileTextSafely() {
    let error = ManifestTests.error(ManifestTests.least + "\"x\\e[31m\\n\": 1\n")
    #expect(error?.message.contains(#"'x\u{1B}[31m\n' is not known"#) == true, "\(error?.message ?? "read")")
  }

  @Test func saysThatAFileIsMissing() {
    for path in ["/does/not/exist.yaml", "/tmp"] {
      let error = #expect(throws: OctavoError.self) { try ClusterManifest.read(path) }
      #expect(error?.code == .notFound)
    }
  }
}
