import ArgumentParser
import Logging

/// Logs of a process, on stderr.
struct LogOptions: ParsableArguments {
  @Option(help: "How much to log: trace, debug, info, notice, warning, error or critical.")
  var logLevel: String = "notice"

  func validate() throws {
    guard Logger.Level(rawValue: logLevel) != nil else {
      throw ValidationError("--log-level is '\(logLevel)': use trace, debug, info, notice, warning, error or critical")
    }
  }

  func logger(_ label: String) -> Logger {
    var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = Logger.Level(rawValue: logLevel) ?? .notice
    return logger
  }
}
