/// The planner: which worker holds which layers of a model, and how many pages of KV an instance has.
///
/// Invariants: pure functions of their arguments; the same workers in any order give the same answer; bytes
/// are those that `Models` counts, so what is placed here is what a worker accepts; no worker is promised more than
/// it offers.
package enum Placement {}
