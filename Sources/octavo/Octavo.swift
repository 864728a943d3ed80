@main
struct Octavo {
  static func main() {}
}
