extension ThreadPool {
  /// What the fastest of some runs of one job took.
  func bestSeconds(passes: Int, parts: Int, _ body: (_ part: Int) -> Void) -> Double {
    var best = Double.infinity
    for _ in 0..<passes {
      let start = ContinuousClock.now
      run(parts: parts, body)
      best = min(best, (ContinuousClock.now - start) / .seconds(1))
    }
    return best
  }
}
