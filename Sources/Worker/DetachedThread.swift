import Core
import Foundation

/// A thread that nobody joins. Foundation's own does not say when the system refuses one.
enum DetachedThread {
  /// - Throws: RESOURCE_EXHAUSTED if the system has no more threads.
  static func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(OctavoError) {
    let argument = unsafe Unmanaged.passRetained(Body(name, body)).toOpaque()
    var thread = pthread_t()
    let failure = unsafe pthread_create(
      &thread, nil,
      { argument in
        unsafe Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, argument)
    guard failure == 0 else {
      unsafe Unmanaged<Body>.fromOpaque(argument).release()
      throw OctavoError(
        .resourceExhausted,
        "the system starts no thread for \(name) (error \(failure)): end other processes or raise the limit of tasks")
    }
    pthread_detach(thread)
  }

  private final class Body: Sendable {
    private let name: String
    private let body: @Sendable () -> Void

    init(_ name: String, _ body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }

    func run() {
      // For those who look with ps and top; what is too long is cut by the system.
      try? name.write(toFile: "/proc/thread-self/comm", atomically: false, encoding: .utf8)
      body()
    }
  }
}
