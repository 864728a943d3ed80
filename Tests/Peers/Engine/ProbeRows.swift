import CKernels

/// Rows quantized by Octavo's own rule.
struct ProbeRows {
  let count: Int
  let groups: Int
  let channels: Int
  private(set) var values: [Int8]
  private(set) var terms: [OctavoGroupTerm]

  init(_ x: [Float], channels: Int, _ kernels: OctavoKernels) {
    precondition(channels.isMultiple(of: 4))
    self.channels = channels
    count = x.count / channels
    groups = (channels + 127) / 128
    values = Array(repeating: 0, count: x.count)
    terms = Array(repeating: OctavoGroupTerm(), count: count * groups)
    var rule = OctavoActivationRule(kind: OCTAVO_ACTIVATION_AFFINE_GROUPS, scale: 0, zero: 0)
    for row in 0..<count {
      values.withUnsafeMutableBufferPointer { values in
        terms.withUnsafeMutableBufferPointer { terms in
          kernels.quantize_row(
            &rule, Array(x[row * channels..<(row + 1) * channels]), channels, values.baseAddress! + row * channels,
            terms.baseAddress! + row * groups)
        }
      }
    }
  }

  /// With scales of 1 in `group` and 0 elsewhere.
  func only(_ group: Int) -> ProbeRows {
    var rows = self
    for index in terms.indices { rows.terms[index].scale = index % groups == group ? 1 : 0 }
    return rows
  }
}

extension ProbeRows {
  func withLayout(_ body: (UnsafePointer<OctavoQuantizedRows>) -> Void) {
    values.withUnsafeBufferPointer { values in
      terms.withUnsafeBufferPointer { terms in
        var layout = OctavoQuantizedRows(
          values: values.baseAddress, value_stride: channels, terms: terms.baseAddress, term_stride: groups)
        body(&layout)
      }
    }
  }
}
