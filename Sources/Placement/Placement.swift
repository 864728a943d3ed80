/// The planner: which worker holds which layers of a model.
///
/// Invariants: pure functions of their arguments; the same workers in any order give the same answer; bytes
/// are those that `Models` counts, so what is placed here is what a worker accepts.
package enum Placement {}
