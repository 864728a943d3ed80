/// One stage of one instance: the instance and the place in its pipeline, from 0.
package struct StageID: Sendable, Hashable {
  package var instance: InstanceID
  package var index: Int

  package init(instance: InstanceID, index: Int) {
    self.instance = instance
    self.index = index
  }
}

extension StageID: CustomStringConvertible {
  package var description: String { "\(instance)/\(index)" }
}
