import CKernels
import Foundation
import Testing

/// Memory is aligned, untouched, and from 2 MiB up in huge pages but for its tail.
@Suite struct MemoryTests {
  @Test(arguments: [1, 63, 64, 4_096, 100_000, (2 << 20) - 1])
  func smallMemoryIsAlignedToCacheLines(bytes: Int) throws {
    let memory = try #require(octavo_memory_create(bytes))
    defer { octavo_memory_destroy(memory, bytes) }
    #expect(Int(bitPattern: memory) % 64 == 0)
    memset(memory, 1, bytes)
  }

  @Test(arguments: [2 << 20, (2 << 20) + 1, (7 << 20) + 4_097])
  func largeMemoryBeginsOnAHugePageAndIsAllThere(bytes: Int) throws {
    let memory = try #require(octavo_memory_create(bytes))
    defer { octavo_memory_destroy(memory, bytes) }
    #expect(Int(bitPattern: memory) % Int(OCTAVO_HUGE_PAGE_BYTES.rawValue) == 0)
    memset(memory, 1, bytes)
  }

  @Test func anImpossibleAmountIsNone() {
    #expect(octavo_memory_create(.max - 4_096) == nil)
    #expect(octavo_memory_create(1 << 60) == nil)
  }

  @Test func onlyWholeHugePagesAskForHugePages() throws {
    let bytes = (5 << 20) + 1
    let memory = try #require(octavo_memory_create(bytes))
    defer { octavo_memory_destroy(memory, bytes) }
    let head = try Self.mapping(of: memory)
    let tail = try Self.mapping(of: memory + (4 << 20))
    #expect(tail.flags.contains("hg") == false)
    #expect(head.residentKiB == 0)
    (memory + (4 << 20)).storeBytes(of: 1, as: UInt8.self)
    #expect(try Self.mapping(of: memory + (4 << 20)).residentKiB == tail.residentKiB + 4)
    // A kernel that never gives huge pages takes no such advice.
    let mode = try? String(contentsOfFile: "/sys/kernel/mm/transparent_hugepage/enabled", encoding: .utf8)
    #expect(head.flags.contains("hg") || mode == nil)
  }

  struct Mapping {
    var residentKiB = 0
    var flags: [Substring] = []
  }

  /// What /proc/self/smaps says of the mapping around an address.
  static func mapping(of address: UnsafeRawPointer) throws -> Mapping {
    let wanted = UInt(bitPattern: address)
    var found: Mapping?
    for line in try String(contentsOfFile: "/proc/self/smaps", encoding: .utf8).split(separator: "\n") {
      let words = line.split(separator: " ")
      let ends = words[0].split(separator: "-").map { UInt($0, radix: 16) }
      if ends.count == 2, let begin = ends[0], let end = ends[1] {
        if found != nil { break }
        if begin <= wanted, wanted < end { found = Mapping() }
      } else if words[0] == "Rss:" {
        found?.residentKiB = Int(words[1])!
      } else if words[0] == "VmFlags:" {
        found?.flags = Array(words.dropFirst())
      }
    }
    return try #require(found)
  }
}
