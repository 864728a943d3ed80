import Manifests

/// Where a router listens unless told otherwise.
enum Ports {
  static let router = RouterManifest.portByDefault
  static let routerAddress = "\(RouterManifest.hostByDefault):\(RouterManifest.portByDefault)"
}
