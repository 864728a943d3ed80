// What the Python tests ask of the engine: results as raw little-endian files that numpy reads.
import Core
import Engine
import Glibc

do throws(OctavoError) {
  try Probe.run(Array(CommandLine.arguments.dropFirst()))
} catch {
  let line = Array("engine-probe: \(error)\n".utf8)
  write(STDERR_FILENO, line, line.count)
  exit(1)
}
