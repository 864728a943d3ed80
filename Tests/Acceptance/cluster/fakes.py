"""Workers that are not ours: they join a router and then do as a test says."""

import threading
from concurrent import futures

import grpc
from octavo.v1 import registry_pb2, registry_pb2_grpc, worker_pb2, worker_pb2_grpc

PROTOCOL = 2
HEARTBEAT_SECONDS = 0.5


class FakeWorker(worker_pb2_grpc.WorkerServicer):
    """Accepts every stage and every handshake, and answers frames with nothing at all. Subclasses do worse."""

    def __init__(self, router, memory_bytes=8 << 30):
        self.server = grpc.server(futures.ThreadPoolExecutor(max_workers=16))
        worker_pb2_grpc.add_WorkerServicer_to_server(self, self.server)
        self.address = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        self.server.start()
        self.loads = 0
        self.unloads = 0
        self.ended = threading.Event()
        self.registry = registry_pb2_grpc.RegistryStub(grpc.insecure_channel(router))
        self.name = self.registry.Join(introduction(self.address, memory_bytes=memory_bytes)).worker
        self.heart = threading.Thread(target=self._beat, daemon=True)
        self.heart.start()

    def _beat(self):
        while not self.ended.wait(HEARTBEAT_SECONDS):
            try:
                self.registry.Heartbeat(registry_pb2.HeartbeatRequest(worker=self.name), timeout=5)
            except grpc.RpcError:
                return

    def leave(self):
        self.registry.Leave(registry_pb2.LeaveRequest(worker=self.name), timeout=5)
        self.close()

    def close(self):
        self.ended.set()
        self.server.stop(None)

    def Load(self, request, context):
        self.loads += 1
        yield worker_pb2.LoadProgress(fraction=1, memory_bytes=1 << 20)

    def Unload(self, request, context):
        self.unloads += 1
        return worker_pb2.UnloadResponse()

    def Forward(self, requests, context):
        context.send_initial_metadata([])
        for _ in requests:
            pass
        return worker_pb2.ForwardResponse()

    def Results(self, request, context):
        context.send_initial_metadata([])
        while context.is_active():
            self.ended.wait(0.1)
        return
        yield


class ClaimsTooMuch(FakeWorker):
    """Says that a stage takes all the memory there can be."""

    def Load(self, request, context):
        self.loads += 1
        yield worker_pb2.LoadProgress(fraction=1, memory_bytes=(1 << 63) - 1)


class EndsLoadsEarly(FakeWorker):
    """Ends every load well and says nothing of it."""

    def Load(self, request, context):
        self.loads += 1
        return
        yield


class TalksNonsense(FakeWorker):
    """Answers microbatches that nobody sent."""

    def Results(self, request, context):
        context.send_initial_metadata([])
        yield worker_pb2.ResultsResponse(microbatch=1 << 60, epoch=request.handshake.epoch)
        while context.is_active():
            self.ended.wait(0.1)


def introduction(address="127.0.0.1:2", memory_bytes=1 << 30, threads=1, device="cpu", **others):
    return registry_pb2.JoinRequest(
        protocol_version=PROTOCOL, software_version="1", address=address, memory_bytes=memory_bytes,
        threads=threads, device=device, **others,
    )
