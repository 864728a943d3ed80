/// What is counted of a window.
struct WindowCounts: Sendable, Hashable {
  /// Requests due in it, sent or not.
  var due = 0
  /// Of those due in it.
  var cancelled = 0
  /// Of those due in it, the ones that met the objective.
  var met = 0
  /// Answers that ended in it, whenever they were due.
  var answered = 0
  /// Of prompts whose first token came in it.
  var promptTokens = 0
  var generatedTokens = 0.0
}
