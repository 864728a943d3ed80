/// A resident that the loop ends if it is still there, and does not keep alive.
struct WeakResident: Sendable {
  weak let resident: (any Resident)?

  init(_ resident: any Resident) { self.resident = resident }
}
