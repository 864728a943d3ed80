import ArgumentParser
import Core
import Foundation

/// How a command fails: one line that says what, where and what next, and an exit code by kind.
enum Failure {
  /// Prints the failure and ends the process. Usage errors and `--help` go ArgumentParser's way.
  static func exit(with error: any Error) -> Never {
    guard let error = error as? OctavoError else { Octavo.exit(withError: error) }
    FileHandle.standardError.write(Data("octavo: \(singleLine(error.message))\n".utf8))
    Foundation.exit(code(of: error.code))
  }

  /// By sysexits.h: 64 bad input, 66 no such thing, 69 not available, 70 our fault, 75 try again.
  private static func code(of status: StatusCode) -> Int32 {
    switch status {
    case .ok: 0
    case .invalidArgument, .outOfRange, .failedPrecondition, .alreadyExists, .unimplemented: 64
    case .notFound: 66
    case .unavailable, .deadlineExceeded, .permissionDenied, .unauthenticated: 69
    case .resourceExhausted, .aborted, .cancelled: 75
    case .unknown, .internal, .dataLoss: 70
    }
  }
}
