import Core
import Foundation
import JSON

/// What a command prints: tables and text for people, one JSON value for programs.
enum Output {
  static func write(_ text: String) {
    FileHandle.standardOutput.write(Data(text.utf8))
  }

  static func line(_ text: String = "") { write(text + "\n") }

  static func json(_ value: JSON) throws(OctavoError) {
    line(try value.text(indented: true))
  }

  /// To stderr, where it does not mix with what the command prints.
  static func note(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }

  static var errorsAreSeen: Bool { isatty(STDERR_FILENO) == 1 }
}
