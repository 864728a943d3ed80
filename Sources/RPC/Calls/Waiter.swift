/// Who learns, once and outside every lock, how an operation ended: a task that is suspended for it, or a function.
enum Waiter<Value: Sendable>: Sendable {
  case task(Resumption<Value>)
  case function(@Sendable (Value) -> Void)

  func resume(returning value: Value) {
    switch self {
    case .task(let resumption): resumption.resume(returning: value)
    case .function(let body): body(value)
    }
  }
}
