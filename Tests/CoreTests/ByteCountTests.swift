import Core
import Testing

@Suite struct ByteCountTests {
  @Test(arguments: [
    ("0", 0), ("1", 1), ("4GiB", 4 << 30), ("512 MiB", 512 << 20), ("1.5GB", 1_500_000_000), ("2KiB", 2_048),
    ("3KB", 3_000),
    ("7B", 7), ("1TiB", 1 << 40), ("1TB", 1_000_000_000_000), ("0.5KiB", 512), (" 8 MiB ", 8 << 20),
  ])
  func readsUnits(text: String, bytes: Int) throws {
    #expect(try ByteCount(parsing: text) == ByteCount(bytes))
  }

  @Test(arguments: [
    "", "GiB", "-1", "-4GiB", "4 gib", "4G", "1e3", "1.2.3", ".", "nan", "inf", "0x10", "٤GiB", "4GiBGiB", "8388608TiB",
    "99999999999999999999", "1\n", "+1", "1,5GB", "1 2GiB", "1 2", "4 Gi B", "4GiB 4GiB",
  ])
  func refusesTheRest(text: String) {
    let error = #expect(throws: OctavoError.self) { try ByteCount(parsing: text) }
    #expect(error?.code == .invalidArgument)
  }

  @Test(arguments: [
    (0, "0 B"), (1_023, "1023 B"), (1_024, "1.00 KiB"), (1_536, "1.50 KiB"), ((1 << 30) + (1 << 28), "1.25 GiB"),
    (-1_536, "-1.50 KiB"), (-100, "-100 B"), ((1 << 20) - 1, "1024.00 KiB"), (5 << 40, "5.00 TiB"),
  ])
  func showsTheLargestUnit(bytes: Int, text: String) {
    #expect(ByteCount(bytes).description == text)
  }

  @Test func readsBackWhatItShows() throws {
    for shift in 0..<50 {
      let count = ByteCount(3 << shift)
      #expect(try ByteCount(parsing: count.description) == count)
    }
  }
}
