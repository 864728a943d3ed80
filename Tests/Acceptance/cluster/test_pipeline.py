"""Frames on their way through stages: received while others are computed, in order, within bounds, to the end."""

import os
import re
import signal
import time
from concurrent import futures

import grpc
import pytest
from octavo.v1 import inference_pb2, worker_pb2, worker_pb2_grpc

from pipelines import CALL_SECONDS_MAX, INSTANCE, Pipeline, tokens
from test_cpus import seconds_computed
from test_stress import resident_bytes

# FrameQueue.framesMax and Outbox.waitingMax: frames that wait for a stage, and messages that wait for a reader.
FRAMES_MAX = 1_024
MESSAGES_MAX = 4


@pytest.fixture(scope="module")
def digest(shared_cluster):
    return shared_cluster.inference.ListModels(inference_pb2.ListModelsRequest()).models[0].digest


class Worker:
    """A worker whose router is nowhere."""

    def __init__(self, process):
        self.process = process
        self.address = process.wait_for(r"address=(\S+:\d+)").group(1)
        self.stub = worker_pb2_grpc.WorkerStub(grpc.insecure_channel(self.address))

    def stages(self):
        return self.stub.Describe(worker_pb2.DescribeRequest()).stages

    @property
    def pid(self):
        return self.process.process.pid


@pytest.fixture
def start_workers(start, octavo, kjv_int8):
    """start_workers(number, kernels=...): real ones, of one thread each."""

    def run(number, kernels="automatic", log_level="info"):
        words = ["--models", kjv_int8.parent, "--memory", "1GiB", "--threads", 1, "--kernels", kernels]
        words += ["--router", "127.0.0.1:1", "--log-level", log_level]
        return [Worker(process) for process in [start(octavo, "worker", *words) for _ in range(number)]]

    return run


@pytest.fixture
def open_pipeline(digest):
    """open_pipeline(workers, ...): a Pipeline, closed after the test."""
    opened = []

    def run(workers, **options):
        opened.append(Pipeline(workers, digest, **options))
        return opened[-1]

    yield run
    for pipeline in opened:
        pipeline.close()


def bits(results):
    return [
        (result.microbatch, [token.SerializeToString(deterministic=True) for token in result.tokens])
        for result in results
    ]


def error_of(call):
    with pytest.raises(grpc.RpcError) as caught:
        call.result() if hasattr(call, "result") else list(call)
    return caught.value


def test_frames_are_received_while_another_is_computed(start_workers, open_pipeline):
    # The portable kernels are slow: each frame takes far longer than all of them take to arrive.
    pipeline = open_pipeline(start_workers(1, kernels="portable"))
    pipeline.send(*pipeline.prefill(tokens(256), rows=64))
    _, second, third, fourth = [result.timings[0] for result in pipeline.take(4)]
    assert [timing.idle_ns for timing in (second, third, fourth)] == [0, 0, 0]
    # Each was there before the one before it began, and waited while that one ran.
    assert third.queued_ns >= second.run_ns > 0
    assert fourth.queued_ns >= second.run_ns + third.run_ns


@pytest.mark.parametrize("stages", [1, 2, 4])
def test_results_come_in_order_with_the_timings_of_every_stage(start_workers, open_pipeline, stages):
    workers = start_workers(stages)

    def mixed(pipeline):
        """Two sequences in turn, in frames of many sizes, and frames that carry nothing."""
        first = pipeline.prefill(tokens(200), rows=23, sequence=0)
        second = pipeline.prefill(tokens(90, seed=1), rows=5, sequence=1)
        frames = [frame for pair in zip(first, second) for frame in (*pair, pipeline.frame(0))]
        for number, message in enumerate(frames):
            message.frame.microbatch = number
        return frames

    at_once = open_pipeline(workers, epoch=1)
    frames = mixed(at_once)
    at_once.send(*frames)
    results = at_once.take(len(frames))
    assert [result.microbatch for result in results] == list(range(len(frames)))
    for message, result in zip(frames, results):
        assert len(result.timings) == stages
        assert result.timings[0].received_bytes == message.ByteSize()
        rows = sum(len(segment.tokens) for segment in message.frame.segments)
        for timing in result.timings[1:]:
            assert timing.received_bytes > rows * 256 * 4
        assert all(timing.run_ns > 0 for timing in result.timings)
        assert len(result.tokens) == (1 if rows else 0)
    assert [timing.send_ns for timing in results[0].timings] == [0] * stages
    assert all(timing.send_ns > 0 for result in results[1:] for timing in result.timings)

    in_turn = open_pipeline(workers, epoch=2)
    alone = []
    for message in mixed(in_turn):
        in_turn.send(message)
        alone += in_turn.take(1)
    assert bits(alone) == bits(results)


def test_a_reader_that_never_comes_exhausts_a_bounded_queue(start_workers, open_pipeline):
    (worker,) = start_workers(1)
    pipeline = open_pipeline([worker], reads=False)
    pipeline.send(*[pipeline.frame(number) for number in range(MESSAGES_MAX + FRAMES_MAX + 1)])
    error = error_of(pipeline.call)
    assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert f"{INSTANCE}/0" in error.details() and f"{FRAMES_MAX} frames" in error.details()
    following = open_pipeline([worker], epoch=2)
    following.send(following.frame(0))
    assert following.take(1)[0].epoch == 2


def test_as_many_frames_wait_as_may(start_workers, open_pipeline, digest):
    (worker,) = start_workers(1)
    pipeline = open_pipeline([worker], reads=False)
    count = MESSAGES_MAX + FRAMES_MAX
    pipeline.send(*[pipeline.frame(number) for number in range(count)])
    results = worker.stub.Results(
        worker_pb2.ResultsRequest(handshake=pipeline.handshake(0)), timeout=CALL_SECONDS_MAX
    )
    assert [next(results).microbatch for _ in range(count)] == list(range(count))
    results.cancel()


def wait_for_rest(worker):
    """Returns when a worker has computed and computes no more."""
    seen = -1
    while (now := seconds_computed([worker.pid])) != seen:
        seen = now
        time.sleep(0.5)


class StopsReading(worker_pb2_grpc.WorkerServicer):
    """Accepts a handshake and then takes no frame."""

    def __init__(self):
        self.server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
        worker_pb2_grpc.add_WorkerServicer_to_server(self, self.server)
        self.address = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        self.stub = self
        self.server.start()

    def Load(self, request):
        return []

    def Forward(self, requests, context):
        next(requests)
        context.send_initial_metadata([])
        while context.is_active():
            time.sleep(0.05)
        return worker_pb2.ForwardResponse()


@pytest.mark.parametrize("kind", ["takes no frame", "has no reader"])
def test_a_stage_ahead_that_stops_costs_bounded_memory(start_workers, open_pipeline, kind):
    workers = start_workers(1 if kind == "takes no frame" else 2)
    ahead = StopsReading()
    try:
        pipeline = open_pipeline([*workers, ahead][:2], rows_max=512, reads=False)
        (frame,) = pipeline.prefill(tokens(512), rows=512)
        before = [resident_bytes(worker.pid) for worker in workers]
        # Half a megabyte of activations each: the same sequence, closed and opened again.
        for number in range(FRAMES_MAX):
            message = worker_pb2.ForwardRequest.FromString(frame.SerializeToString())
            message.frame.microbatch = number
            message.frame.closings.extend([0] if number else [])
            pipeline.send(message)
        for worker, bytes_before in zip(workers, before):
            wait_for_rest(worker)
            # All of them would be half a gigabyte.
            assert resident_bytes(worker.pid) < bytes_before + (192 << 20)
        # It rests in the middle of them: as many again are too many.
        assert not pipeline.call.done()
        pipeline.send(*[pipeline.frame(FRAMES_MAX + number) for number in range(FRAMES_MAX)])
        assert error_of(pipeline.call).code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    finally:
        ahead.server.stop(None)


@pytest.mark.parametrize("stages", [1, 2])
def test_a_refused_frame_comes_after_the_results_before_it_and_names_itself(start_workers, open_pipeline, stages):
    workers = start_workers(stages)
    pipeline = open_pipeline(workers)
    frames = pipeline.prefill(tokens(128), rows=16)
    # The last stage alone is not given a page that it needs.
    bad = pipeline.prefill(tokens(16), rows=16, sequence=1, first=4)[0]
    del bad.frame.route[-1].grants[:]
    pipeline.send(*frames[:4], bad, *frames[4:])
    assert [result.microbatch for result in pipeline.take(4)] == [0, 1, 2, 3]
    named = f"microbatch 4 on stage {INSTANCE}/{stages - 1}: "
    for call in (pipeline.results, pipeline.call):
        error = error_of(call)
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert named in error.details()
    assert workers[-1].process.wait_for(re.escape(named))
    for worker in workers:
        assert [stage.sequences_open for stage in worker.stages()] == [0]
    again = open_pipeline(workers, epoch=2)
    again.send(*again.prefill(tokens(32), rows=16))
    assert len(again.take(2)) == 2


def test_a_stage_that_dies_amid_queued_frames_ends_the_epoch_and_no_more(start_workers, open_pipeline):
    first, second = start_workers(2, kernels="portable")

    def start(workers, epoch):
        pipeline = open_pipeline(workers, epoch=epoch)
        pipeline.send(*pipeline.prefill(tokens(320), rows=32))
        return pipeline

    wanted = bits(start([first, second], 1).take(10))
    broken = start([first, second], 2)
    taken = bits(broken.take(2))
    os.kill(second.pid, signal.SIGKILL)
    assert error_of(broken.results).code() == grpc.StatusCode.UNAVAILABLE
    assert error_of(broken.call).code() == grpc.StatusCode.UNAVAILABLE
    assert taken == wanted[:2]
    assert [stage.sequences_open for stage in first.stages()] == [0]
    assert bits(start([first, *start_workers(1, kernels="portable")], 3).take(10)) == wanted


def test_a_newer_epoch_and_an_unload_end_frames_that_wait(start_workers, open_pipeline):
    (worker,) = start_workers(1, kernels="portable")

    def start(epoch):
        pipeline = open_pipeline([worker], epoch=epoch)
        pipeline.send(*pipeline.prefill(tokens(960), rows=64))
        pipeline.take(1)
        return pipeline

    def left(pipeline, code):
        """How many more results came before the end."""
        count = 0
        with pytest.raises(grpc.RpcError) as caught:
            for _ in pipeline.results:
                count += 1
        assert caught.value.code() == code and error_of(pipeline.call).code() == code
        return count

    older = start(1)
    handshake = older.handshake(0)
    handshake.epoch = 2
    newer = worker.stub.Results(worker_pb2.ResultsRequest(handshake=handshake), timeout=CALL_SECONDS_MAX)
    newer.initial_metadata()
    assert left(older, grpc.StatusCode.ABORTED) < 14
    newer.cancel()
    dropped = start(3)
    worker.stub.Unload(worker_pb2.UnloadRequest(stage=dropped.stages[0]))
    assert left(dropped, grpc.StatusCode.UNAVAILABLE) < 14
    assert not worker.stages()


def test_logs_name_the_request_on_every_stage(start_workers, open_pipeline):
    workers = start_workers(2, log_level="debug")
    quiet = start_workers(1)
    for chosen in (workers, quiet):
        pipeline = open_pipeline(chosen, epoch=6)
        pipeline.send(*pipeline.prefill(tokens(8), rows=8, sequence=1, request="request-42"))
        pipeline.send(pipeline.frame(1, closings=[1]))
        pipeline.send(*pipeline.prefill(tokens(8), rows=8, first=2, request="request-43"))
        pipeline.take(3)
        pipeline.close()
    for index, worker in enumerate(workers):
        place = rf"epoch=6 request=request-%d sequence=%d stage={INSTANCE}/{index}\b.*sequence %s"
        for told in [(42, 1, "opened"), (42, 1, "closed"), (43, 0, "opened"), (43, 0, "closed")]:
            worker.process.wait_for(place % told)
    assert "sequence" not in quiet[0].process.output()
