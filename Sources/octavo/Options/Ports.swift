/// Where things listen unless told otherwise.
enum Ports {
  static let router = 8470
  static let routerAddress = "127.0.0.1:8470"
}
