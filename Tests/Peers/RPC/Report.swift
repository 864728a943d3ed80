import Foundation
import RPC

/// One line of JSON to standard output.
func report(_ fields: [String: Any]) {
  // Dictionaries of strings, numbers, lists and dictionaries always serialize.
  let data = try! JSONSerialization.data(withJSONObject: fields, options: [.sortedKeys])
  FileHandle.standardOutput.write(data + Data("\n".utf8))
}

func hexadecimal(_ bytes: [UInt8]) -> String {
  bytes.map { String(format: "%02x", $0) }.joined()
}

func bytes(hexadecimal text: String) -> [UInt8] {
  let digits = Array(text)
  return stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
}

/// Pairs in order, bytes as `hex:`.
func pairs(_ metadata: Metadata) -> [[String]] {
  metadata.entries.map { entry in
    switch entry.value {
    case .text(let value): [entry.key, value]
    case .binary(let value): [entry.key, "hex:" + hexadecimal(value)]
    }
  }
}

/// From `key=value`, where a value `hex:...` is bytes.
func metadata(from texts: [String]) -> Metadata {
  var metadata = Metadata()
  for text in texts {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    if parts[1].hasPrefix("hex:") {
      metadata.append(parts[0], bytes(hexadecimal: String(parts[1].dropFirst(4))))
    } else {
      metadata.append(parts[0], parts[1])
    }
  }
  return metadata
}
