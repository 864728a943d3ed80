/// A step of a stage's work that a profile counts apart, in the order in which a token passes through them.
package enum KernelKind: Int, Sendable, Hashable, CaseIterable {
  case embed
  case rotaryTables
  case attentionNorm
  case queryKeyValue
  case storeKeyValue
  case attention
  case quantizeAttention
  case attentionOutput
  case feedForwardNorm
  case gateUp
  case gateUpActivate
  case activate
  case down
  case headNorm
  case head
  case sample

  /// As tables show it.
  package var name: String {
    switch self {
    case .embed: "embed"
    case .rotaryTables: "rotary tables"
    case .attentionNorm: "normalize, quantize (attention)"
    case .queryKeyValue: "query, key, value linear"
    case .storeKeyValue: "rotate, store"
    case .attention: "attention"
    case .quantizeAttention: "quantize (output)"
    case .attentionOutput: "output linear"
    case .feedForwardNorm: "normalize, quantize (feed-forward)"
    case .gateUp: "gate, up linear"
    case .gateUpActivate: "gate, up linear, SiLU, quantize"
    case .activate: "SiLU, multiply, quantize"
    case .down: "down linear"
    case .headNorm: "normalize, quantize (head)"
    case .head: "head linear"
    case .sample: "sample"
    }
  }
}
