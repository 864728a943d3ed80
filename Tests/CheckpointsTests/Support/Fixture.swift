/// The path of a folder under Tests/Fixtures.
func fixture(_ name: String, file: String = #filePath) -> String {
  let tests = file.split(separator: "/").dropLast(2).joined(separator: "/")
  return "/\(tests)/Fixtures/\(name)"
}
