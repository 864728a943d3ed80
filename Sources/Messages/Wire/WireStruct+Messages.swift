package import COctavoProto

extension Octavo__V1__GenerateRequest: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__generate_request__init(message)
  }
}
extension Octavo__V1__LogitBias: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__logit_bias__init(message)
  }
}
extension Octavo__V1__TokenIds: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__token_ids__init(message)
  }
}
extension Octavo__V1__GenerateResponse: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__generate_response__init(message)
  }
}
extension Octavo__V1__Started: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__started__init(message)
  }
}
extension Octavo__V1__TokenLogprobs: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__token_logprobs__init(message)
  }
}
extension Octavo__V1__TokenLogprob: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__token_logprob__init(message)
  }
}
extension Octavo__V1__Finish: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__finish__init(message)
  }
}
extension Octavo__V1__Usage: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__usage__init(message)
  }
}
extension Octavo__V1__TokenizeRequest: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__tokenize_request__init(message)
  }
}
extension Octavo__V1__TokenizeResponse: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__tokenize_response__init(message)
  }
}
extension Octavo__V1__ListModelsRequest: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__list_models_request__init(message)
  }
}
extension Octavo__V1__ListModelsResponse: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__list_models_response__init(message)
  }
}
extension Octavo__V1__Model: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__model__init(message)
  }
}
extension Octavo__V1__InstanceConfiguration: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__instance_configuration__init(message)
  }
}
extension Octavo__V1__DescribeRequest: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__describe_request__init(message)
  }
}
extension Octavo__V1__DescribeResponse: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__describe_response__init(message)
  }
}
extension Octavo__V1__StageDescription: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__stage_description__init(message)
  }
}
extension Octavo__V1__Stage: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__stage__init(message)
  }
}
extension Octavo__V1__LayerRange: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__layer_range__init(message)
  }
}
extension Octavo__V1__Handshake: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__handshake__init(message)
  }
}
extension Octavo__V1__LoadRequest: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__load_request__init(message)
  }
}
extension Octavo__V1__Capacity: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__capacity__init(message)
  }
}
extension Octavo__V1__LoadProgress: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__load_progress__init(message)
  }
}
extension Octavo__V1__UnloadRequest: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__unload_request__init(message)
  }
}
extension Octavo__V1__UnloadResponse: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__unload_response__init(message)
  }
}
extension Octavo__V1__ForwardRequest: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__forward_request__init(message)
  }
}
extension Octavo__V1__ForwardResponse: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__forward_response__init(message)
  }
}
extension Octavo__V1__Frame: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__frame__init(message)
  }
}
extension Octavo__V1__Hop: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__hop__init(message)
  }
}
extension Octavo__V1__PageGrant: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__page_grant__init(message)
  }
}
extension Octavo__V1__SequenceOpening: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__sequence_opening__init(message)
  }
}
extension Octavo__V1__Sampling: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__sampling__init(message)
  }
}
extension Octavo__V1__StageTiming: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__stage_timing__init(message)
  }
}
extension Octavo__V1__Segment: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__segment__init(message)
  }
}
extension Octavo__V1__ResultsRequest: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__results_request__init(message)
  }
}
extension Octavo__V1__ResultsResponse: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__results_response__init(message)
  }
}
extension Octavo__V1__SampledToken: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__sampled_token__init(message)
  }
}
extension Octavo__V1__JoinRequest: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__join_request__init(message)
  }
}
extension Octavo__V1__JoinResponse: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__join_response__init(message)
  }
}
extension Octavo__V1__HeartbeatRequest: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__heartbeat_request__init(message)
  }
}
extension Octavo__V1__HeartbeatResponse: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__heartbeat_response__init(message)
  }
}
extension Octavo__V1__LeaveRequest: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__leave_request__init(message)
  }
}
extension Octavo__V1__LeaveResponse: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__leave_response__init(message)
  }
}
extension Octavo__V1__StatusRequest: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__status_request__init(message)
  }
}
extension Octavo__V1__StatusResponse: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__status_response__init(message)
  }
}
extension Octavo__V1__WorkerStatus: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__worker_status__init(message)
  }
}
extension Octavo__V1__ModelStatus: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__model_status__init(message)
  }
}
extension Octavo__V1__InstanceStatus: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__instance_status__init(message)
  }
}
extension Octavo__V1__StageStatus: WireStruct {
  package static func initialize(_ message: UnsafeMutablePointer<Self>) {
    octavo__v1__stage_status__init(message)
  }
}
