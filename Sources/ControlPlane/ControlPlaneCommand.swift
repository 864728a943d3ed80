package import Core

/// What a control plane asks for.
package enum ControlPlaneCommand: Sendable, Hashable {
  case load(LoadOrder)
  /// Best effort: the worker may be gone, or have loaded the stage anew in a later epoch.
  case unload(StageID, Epoch, address: String)
  /// Open the results of the last stage and the frames of the first. Every stage has so many pages of KV: in another
  /// place, an instance may have more or fewer.
  case join(InstanceID, Epoch, ServedModel, addresses: [String], pageCount: Int)
  /// Close what `join` opened, if it is still open.
  case part(InstanceID, Epoch)
  /// Nobody is known at this address any more: close what is open to it.
  case forget(address: String)
}
