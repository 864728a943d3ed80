"""The client's side of a running cluster."""

import time

import grpc
from octavo.v1 import admin_pb2, admin_pb2_grpc, inference_pb2, inference_pb2_grpc, worker_pb2, worker_pb2_grpc

ANSWER_SECONDS_MAX = 60
CHANGE_SECONDS_MAX = 30


class Answer:
    """The parts of a stream, put together."""

    def __init__(self, parts):
        self.parts = list(parts)
        self.started = self.parts[0].started
        self.text = "".join(part.text for part in self.parts)
        self.ids = [token for part in self.parts for token in part.ids]
        self.logprobs = [entry for part in self.parts for entry in part.logprobs]
        self.finish = self.parts[-1].finish
        assert all(not part.HasField("finish") for part in self.parts[:-1])
        assert all(not part.HasField("started") for part in self.parts[1:])

    @property
    def bits(self):
        """What must not depend on anything but the request."""
        return [
            (entry.token.id, entry.token.logprob, [(other.id, other.logprob) for other in entry.top])
            for entry in self.logprobs
        ]


class Cluster:
    """A router and the processes behind it."""

    def __init__(self, process, address):
        self.process = process
        self.address = address
        options = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
        self.channel = grpc.insecure_channel(address, options=options)
        self.inference = inference_pb2_grpc.InferenceStub(self.channel)
        self.admin = admin_pb2_grpc.AdminStub(self.channel)

    def stream(self, seconds=ANSWER_SECONDS_MAX, **fields):
        """An answer as it comes, within so many seconds."""
        return self.inference.Generate(inference_pb2.GenerateRequest(**fields), timeout=seconds)

    def generate(self, **fields):
        """A whole answer."""
        return Answer(self.stream(**fields))

    def refusal(self, **fields):
        """The error that a request gets."""
        try:
            answer = self.generate(**fields)
        except grpc.RpcError as error:
            return error
        raise AssertionError(f"the request was answered: {answer.text!r}")

    def status(self):
        return self.admin.Status(admin_pb2.StatusRequest(), timeout=ANSWER_SECONDS_MAX)

    def workers(self):
        """A stub for each worker, by address."""
        return {
            worker.address: worker_pb2_grpc.WorkerStub(grpc.insecure_channel(worker.address))
            for worker in self.status().workers
        }

    def sequences_open(self):
        """Over all stages of all workers."""
        descriptions = [stub.Describe(worker_pb2.DescribeRequest()) for stub in self.workers().values()]
        return sum(stage.sequences_open for description in descriptions for stage in description.stages)

    def eventually(self, holds, what):
        """Waits for a change that the cluster makes on its own."""
        deadline = time.monotonic() + CHANGE_SECONDS_MAX
        while not holds():
            assert time.monotonic() < deadline, f"{what} did not happen\n{self.process.output()}"
            time.sleep(0.05)
