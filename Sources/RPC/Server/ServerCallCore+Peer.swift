internal import CGRPC

extension ServerCallCore {
  var peer: String {
    read { call in
      guard let peer = grpc_call_get_peer(call) else { return "" }
      defer { gpr_free(peer) }
      return String(cString: peer)
    } ?? ""
  }

  var peerIdentity: String? {
    read { call -> String? in
      guard let context = grpc_call_auth_context(call) else { return nil }
      defer { grpc_auth_context_release(context) }
      guard grpc_auth_context_peer_is_authenticated(context) != 0 else { return nil }
      var properties = grpc_auth_context_find_properties_by_name(context, GRPC_X509_SUBJECT_PROPERTY_NAME)
      guard let property = grpc_auth_property_iterator_next(&properties) else { return nil }
      let bytes = UnsafeRawBufferPointer(start: property.pointee.value, count: property.pointee.value_length)
      return String(decoding: bytes, as: UTF8.self)
    } ?? nil
  }
}
