internal import CGRPC

/// A bound on the memory of gRPC's buffers, held while the channel or server that it bounds is made.
final class ResourceQuota {
  let pointer: OpaquePointer

  init(bytes: Int) {
    pointer = grpc_resource_quota_create("octavo")
    grpc_resource_quota_resize(pointer, bytes)
  }

  deinit { grpc_resource_quota_unref(pointer) }
}
