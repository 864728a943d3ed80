import Checkpoints
import Core

extension SafetensorsWriter {
  mutating func append(_ bytes: [UInt8], to name: String) throws(OctavoError) {
    try append(bytes.span.bytes, to: name)
  }
}
