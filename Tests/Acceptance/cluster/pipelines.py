"""A pipeline of real workers, driven by a router of the test's own: frames in, results and timings out."""

import queue

from octavo.v1 import inference_pb2, worker_pb2

from fakes import PROTOCOL

INSTANCE = "test/0"
LAYERS = 8
CONTEXT = 1024
TOKENS_PER_PAGE = 16
SEQUENCES_MAX = 2
CALL_SECONDS_MAX = 120


def tokens(count, seed=0):
    """Any tokens of the small model."""
    return [(index * 31 + seed * 7 + 5) % 2000 for index in range(count)]


class Pipeline:
    """One epoch of stages over workers, first to last, each loaded anew for it."""

    def __init__(self, workers, digest, epoch=1, rows_max=64, reads=True):
        self.epoch = epoch
        self.stages = [worker_pb2.Stage(instance=INSTANCE, index=index) for index in range(len(workers))]
        self.digest = digest
        for index, worker in enumerate(workers):
            following = workers[index + 1].address if index + 1 < len(workers) else ""
            list(worker.stub.Load(self._load_request(index, rows_max, following)))
        last = worker_pb2.ResultsRequest(handshake=self.handshake(len(workers) - 1))
        self.results = workers[-1].stub.Results(last, timeout=CALL_SECONDS_MAX) if reads else None
        if reads:
            self.results.initial_metadata()
        self.outgoing = queue.SimpleQueue()
        self.send(worker_pb2.ForwardRequest(handshake=self.handshake(0)))
        self.call = workers[0].stub.Forward.future(iter(self.outgoing.get, None), timeout=CALL_SECONDS_MAX)
        self.call.initial_metadata()

    def handshake(self, index):
        return worker_pb2.Handshake(
            protocol_version=PROTOCOL, stage=self.stages[index], digest=self.digest, epoch=self.epoch,
            configuration=inference_pb2.InstanceConfiguration(
                precision="int8", head="int8", key_value="float16", wire="exact"
            ),
        )

    def _load_request(self, index, rows_max, following):
        count = len(self.stages)
        first, end = LAYERS * index // count, LAYERS * (index + 1) // count
        return worker_pb2.LoadRequest(
            handshake=self.handshake(index), model="kjv-int8", next_address=following,
            range=worker_pb2.LayerRange(first=first, end=end, embeds=index == 0, projects=index == count - 1),
            capacity=worker_pb2.Capacity(
                context_length=CONTEXT, sequences_max=SEQUENCES_MAX, rows_max=rows_max,
                page_count=SEQUENCES_MAX * CONTEXT // TOKENS_PER_PAGE,
            ),
        )

    def frame(self, number, grants=(), **fields):
        """The message of one frame; `grants` are the same at each stage."""
        route = [worker_pb2.Hop(stage=stage, grants=grants) for stage in self.stages]
        return worker_pb2.ForwardRequest(
            frame=worker_pb2.Frame(microbatch=number, epoch=self.epoch, route=route, **fields)
        )

    def prefill(self, text, rows, sequence=0, first=0, request="request-1"):
        """The messages of frames that bring a sequence's tokens, so many rows each, and sample after each of them."""
        sampling = worker_pb2.Sampling(top_p=1, seed=9, temperature=0.8, repetition_penalty=1, top_logprobs=3)
        opening = worker_pb2.SequenceOpening(
            sequence=sequence, tokens=text, prompt_count=len(text), sampling=sampling, request=request
        )
        # One sequence takes even pages, the other odd ones.
        pages = [2 * page + sequence for page in range((len(text) + TOKENS_PER_PAGE - 1) // TOKENS_PER_PAGE)]
        frames = []
        for number, start in enumerate(range(0, len(text), rows)):
            news = {"openings": [opening], "grants": [worker_pb2.PageGrant(sequence=sequence, pages=pages)]}
            segment = worker_pb2.Segment(
                sequence=sequence, position=start, tokens=text[start : start + rows], samples=True
            )
            frames.append(self.frame(first + number, segments=[segment], **(news if start == 0 else {})))
        return frames

    def send(self, *messages):
        for message in messages:
            self.outgoing.put(message)

    def take(self, count):
        """So many results."""
        return [next(self.results) for _ in range(count)]

    def close(self):
        """Ends both calls, as a router does."""
        self.outgoing.put(None)
        self.call.cancel()
        if self.results:
            self.results.cancel()
