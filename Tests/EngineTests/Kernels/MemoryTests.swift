import CKernels
import Core
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
    #expect(Int(bitPattern: memory) % OCTAVO_HUGE_PAGE_BYTES == 0)
    memset(memory, 1, bytes)
  }

  @Test func anImpossibleAmountIsNone() {
    #expect(octavo_memory_create(.max - 4_096) == nil)
    #expect(octavo_memory_create(1 << 60) == nil)
  }

  @Test func onlyWholeHugePagesAskForHugePagesAndNothingIsTouched() throws {
    let bytes = (5 << 20) + 1
    let memory = try #require(octavo_memory_create(bytes))
    defer { octavo_memory_destroy(memory, bytes) }
    #expect(!Self.residentPages(of: memory, bytes).contains(true))
    let tail = memory + (4 << 20)
    #expect(try !Self.flags(of: tail).contains("hg"))
    // A kernel without huge pages takes no such advice.
    let mode = try? String(contentsOfFile: "/sys/kernel/mm/transparent_hugepage/enabled", encoding: .utf8)
    #expect(try Self.flags(of: memory).contains("hg") || mode == nil)
    tail.storeBytes(of: 1, as: UInt8.self)
    #expect(Self.residentPages(of: tail, bytes - (4 << 20)).filter { $0 }.count == 1)
  }

  /// Of the pages of some memory, which are resident.
  static func residentPages(of memory: UnsafeMutableRawPointer, _ bytes: Int) -> [Bool] {
    let pageBytes = sysconf(Int32(_SC_PAGESIZE))
    var pages = [UInt8](repeating: 0, count: (bytes + pageBytes - 1) / pageBytes)
    #expect(mincore(memory, bytes, &pages) == 0)
    return pages.map { $0 & 1 == 1 }
  }

  /// What /proc/self/smaps says of the mapping around an address.
  static func flags(of address: UnsafeRawPointer) throws -> [Substring] {
    let wanted = UInt(bitPattern: address)
    let file = try #require(FileHandle(forReadingAtPath: "/proc/self/smaps"))
    let lines = String(decoding: try #require(try file.readToEnd()), as: UTF8.self).split(separator: "\n")
    var isFound = false
    for line in lines {
      let words = line.split(separator: " ")
      let ends = words[0].split(separator: "-").map { UInt($0, radix: 16) }
      if ends.count == 2, let begin = ends[0], let end = ends[1] {
        isFound = begin <= wanted && wanted < end
      } else if isFound, words[0] == "VmFlags:" {
        return Array(words.dropFirst())
      }
    }
    throw OctavoError(.internal, "no mapping holds the address, of \(lines.count) lines")
  }
}
