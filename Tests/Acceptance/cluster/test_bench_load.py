"""`octavo bench load` against a real cluster, and against routers that behave as a test says."""

import json
import re
import subprocess
import threading
import xml.etree.ElementTree as ElementTree
from concurrent import futures

import grpc
import pytest
from octavo.v1 import inference_pb2, inference_pb2_grpc

BAD_INPUT, MISSING, UNAVAILABLE, TRY_AGAIN = 64, 66, 69, 75
SVG = "{http://www.w3.org/2000/svg}"
STREAMS_MAX = 128


@pytest.fixture
def bench(octavo):
    """bench(address, words...): the finished process; with json=True its object."""

    def run(address, *words, json_wanted=False):
        command = [octavo, "bench", "load", "--router", address, *words, *(["--json"] if json_wanted else [])]
        return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120)

    return run


@pytest.fixture
def measure(bench):
    def run(address, *words):
        ran = bench(address, *words, json_wanted=True)
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    return run


def add_up(requests):
    assert requests["due"] == requests["sent"] + requests["notSent"]
    ended = ("answered", "cancelled", "refused", "failed")
    assert requests["sent"] == sum(requests[name] for name in ended)
    assert requests["refused"] + requests["failed"] == sum(entry["count"] for entry in requests["statuses"].values())


def test_open_loop_counts_add_up_and_cancellations_free_their_sequences(shared_cluster, measure):
    report = measure(
        shared_cluster.address, "--rate", 40, "--requests", 60, "--prompt-tokens", "uniform:4:40",
        "--output-tokens", "lognormal:10:40", "--cancel", 0.4, "--shared-prefix", 20, "--prefix-groups", 2,
        "--tenants", 3, "--temperature", 0.7, "--objective", "ttft=60s,tbt=60s",
    )
    assert report["model"]["name"] == "kjv-int8" and report["model"]["vocabularySize"] == 2048
    (run,) = report["runs"]
    requests = run["requests"]
    add_up(requests)
    assert requests["due"] == 60 and requests["notSent"] == 0
    assert requests["cancelled"] > 5 and requests["answered"] > 20
    assert requests["failed"] == 0 and requests["answeredShort"] == 0
    assert run["tokens"]["generated"] > 0
    assert run["latency"]["queueMs"]["count"] == run["latency"]["endToEndMs"]["count"] == requests["answered"]
    assert run["goodput"]["met"] == requests["answered"]
    assert run["goodput"]["of"] == requests["due"] - requests["cancelled"]
    shared_cluster.eventually(lambda: shared_cluster.sequences_open() == 0, "the end of every sequence")
    status = shared_cluster.status().models[0]
    assert status.requests_running == status.requests_waiting == 0


def test_closed_loop_measures_the_steady_middle(shared_cluster, measure):
    report = measure(
        shared_cluster.address, "--concurrency", 4, "--requests", 4, "--prompt-tokens", 8, "--output-tokens", 40
    )
    (run,) = report["runs"]
    add_up(run["requests"])
    assert run["requests"]["answered"] == 4
    window = run["window"]
    assert window["kind"] == "decoding" and window["spans"] == 1
    assert 0 < window["beginSeconds"] < window["endSeconds"] < run["seconds"]
    assert window["seconds"] == pytest.approx(window["endSeconds"] - window["beginSeconds"])
    # Four streams of 40 tokens each in it, less what came before all had begun and after the first had ended.
    assert 0 < run["perSecond"]["generatedTokens"] * window["seconds"] <= 4 * 40
    assert run["tokens"] == {"prompt": 4 * 8, "cached": run["tokens"]["cached"], "generated": 4 * 40}
    latency = run["latency"]
    assert latency["timeToFirstTokenMs"]["count"] == 4
    assert latency["timeBetweenTokensMs"]["count"] <= 4 * 39
    ordered = [latency["timeBetweenTokensMs"][name] for name in ("p50", "p90", "p95", "p99", "max")]
    assert ordered == sorted(ordered) and ordered[0] >= 0


def test_closed_loop_for_a_time_keeps_its_streams_busy(shared_cluster, measure):
    report = measure(
        shared_cluster.address, "--concurrency", 3, "--duration", 2, "--warmup", 0.5, "--prompt-tokens", 4,
        "--output-tokens", "uniform:2:9", "--connections", 2,
    )
    (run,) = report["runs"]
    add_up(run["requests"])
    assert report["connections"] == 2
    assert run["requests"]["answered"] > 3
    assert run["window"]["kind"] == "load"
    assert run["window"]["seconds"] == pytest.approx(1.5, abs=1e-6)


def test_a_trace_is_what_is_sent(shared_cluster, measure, tmp_path):
    trace = tmp_path / "trace.csv"
    trace.write_text("seconds,prompt,output\n3.0,5,6\n3.1,900,200\n4.0,7,8\n")
    report = measure(shared_cluster.address, "--trace", trace, "--speed", 10)
    (run,) = report["runs"]
    # The second does not fit 1,024 tokens: its prompt gives way.
    assert run["tokens"]["prompt"] == 5 + 824 + 7
    assert run["tokens"]["generated"] == 6 + 200 + 8
    assert run["requests"]["clipped"] == 1
    assert any("1 of 3 requests were cut" in note for note in run["notes"])


def test_a_sweep_draws_a_plot(shared_cluster, bench, tmp_path):
    plot = tmp_path / "load.svg"
    ran = bench(
        shared_cluster.address, "--sweep", "10,20,40", "--requests", 15, "--prompt-tokens", 4, "--output-tokens", 5,
        "--plot", plot,
    )
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert [line.split()[0] for line in lines if re.match(r" +\d", line)] == ["10.0", "20.0", "40.0"]
    root = ElementTree.parse(plot).getroot()
    assert root.tag == f"{SVG}svg"
    # Two panels with two lines of three points each, and a mark for each point and in the legend.
    lines = root.findall(f"{SVG}polyline")
    assert [len(line.get("points").split()) for line in lines] == [3] * 4
    assert len(root.findall(f"{SVG}circle")) == 7
    texts = {element.text for element in root.findall(f"{SVG}text")}
    panels = {"Time to first token, ms (log scale)", "Time between tokens, ms (log scale)"}
    assert panels | {"Load: requests answered per second", "99th percentile", "median"} <= texts


def test_overload_is_counted_and_not_waited_for(serve, kjv_int8, measure):
    cluster = serve(kjv_int8, workers=1, arguments=["--max-sequences", 2])
    report = measure(
        cluster.address, "--rate", 3000, "--requests", 900, "--prompt-tokens", 200, "--output-tokens", 20,
    )
    (run,) = report["runs"]
    add_up(run["requests"])
    assert run["requests"]["sent"] == 900
    assert run["requests"]["refused"] == run["requests"]["statuses"]["RESOURCE_EXHAUSTED"]["count"] > 0
    assert run["requests"]["answered"] > 0 and run["requests"]["failed"] == 0
    # A bound of the client's own: what is due past it is not sent, and counted.
    report = measure(
        cluster.address, "--rate", 3000, "--requests", 100, "--in-flight", 5, "--prompt-tokens", 200,
        "--output-tokens", 20,
    )
    (run,) = report["runs"]
    add_up(run["requests"])
    assert run["requests"]["notSent"] > 50 and run["requests"]["refused"] == 0
    assert any("were not sent" in note for note in run["notes"])


def test_tables_for_people(shared_cluster, bench):
    ran = bench(
        shared_cluster.address, "--rate", 50, "--requests", 10, "--prompt-tokens", 4, "--output-tokens", 4,
        "--objective", "ttft=1us",
    )
    assert ran.returncode == 0 and ran.stderr == ""
    assert "prompts of 4 tokens, answers of 4, seed 1" in ran.stdout
    assert re.search(r"^first token +10 ", ran.stdout, re.MULTILINE)
    assert re.search(r"^between tokens +\d+ ", ran.stdout, re.MULTILINE)
    assert "within ttft=1.0us: 0 requests" in ran.stdout
    assert re.search(r"this client: \d\.\d\d of a core, \d+\.\d µs a token", ran.stdout)


class ScriptedRouter(inference_pb2_grpc.InferenceServicer):
    """Serves one model of nothing, remembers requests, and answers each as `script` says."""

    def __init__(self, script, ready=True, names=("stub",)):
        self.script = script
        self.names = names
        self.ready = ready
        self.requests = []
        self.metadata = []
        self.lock = threading.Lock()
        self.server = grpc.server(futures.ThreadPoolExecutor(max_workers=STREAMS_MAX))
        inference_pb2_grpc.add_InferenceServicer_to_server(self, self.server)
        self.address = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        self.server.start()

    def ListModels(self, request, context):
        models = [
            inference_pb2.Model(
                name=name, ready=self.ready, context_length=512, vocabulary_size=300, digest="ab" * 32,
                configuration=inference_pb2.InstanceConfiguration(
                    precision="int8", head="int8", key_value="float16", wire="exact"
                ),
            )
            for name in self.names
        ]
        return inference_pb2.ListModelsResponse(models=models)

    def Generate(self, request, context):
        with self.lock:
            self.requests.append(request)
            self.metadata.append(dict(context.invocation_metadata()))
        yield from self.script(self, request, context)


@pytest.fixture
def scripted():
    routers = []

    def run(script, **options):
        routers.append(ScriptedRouter(script, **options))
        return routers[-1]

    yield run
    for router in routers:
        router.server.stop(None)


def finish(tokens, queue_ms=0.0):
    usage = inference_pb2.Usage(prompt_tokens=1, generated_tokens=tokens, queue_ms=queue_ms)
    return inference_pb2.Finish(reason=inference_pb2.FINISH_REASON_LENGTH, usage=usage)


def answers(router, request, context):
    """As long as was asked for, in each continuation, the last token with the finish."""
    for continuation in range(max(1, request.continuations)):
        for index in range(request.max_tokens):
            part = inference_pb2.GenerateResponse(ids=[7], continuation=continuation)
            if index == request.max_tokens - 1:
                part.finish.CopyFrom(finish(request.max_tokens))
            yield part


def test_the_same_seed_sends_the_same_requests(scripted, measure):
    words = [
        "--rate", 400, "--requests", 40, "--prompt-tokens", "uniform:1:30", "--output-tokens", "uniform:1:5",
        "--shared-prefix", 10, "--prefix-groups", 2, "--tenants", 2, "--priority=-3", "--continuations", 2,
        "--temperature", 0.5,
    ]
    sent = []
    for seed in (7, 7, 8):
        router = scripted(answers)
        (run,) = measure(router.address, *words, "--seed", seed)["runs"]
        assert run["requests"]["answered"] == 40 and run["requests"]["answeredShort"] == 0
        assert run["tokens"]["generated"] == 2 * sum(request.max_tokens for request in router.requests)
        sent.append(sorted(request.SerializeToString() for request in router.requests))
        for request in router.requests:
            assert request.model == "stub" and request.priority == -3 and request.continuations == 2
            assert request.temperature == 0.5 and request.ignore_end_tokens
            assert 11 <= len(request.ids.ids) <= 40 and max(request.ids.ids) < 300
        assert len({tuple(request.ids.ids[:10]) for request in router.requests}) == 2
        assert {entry["octavo-tenant"] for entry in router.metadata} == {"tenant-0", "tenant-1"}
    assert sent[0] == sent[1] != sent[2]


def test_no_arrival_waits_for_an_answer(scripted, measure):
    """The router answers nobody before the last request is there."""
    everybody = threading.Barrier(50, timeout=60)

    def together(router, request, context):
        everybody.wait()
        yield from answers(router, request, context)

    (run,) = measure(
        scripted(together).address, "--rate", 500, "--requests", 50, "--prompt-tokens", 3, "--output-tokens", 2
    )["runs"]
    assert run["requests"]["answered"] == 50


def test_a_closed_loop_has_no_more_than_its_streams(scripted, measure):
    open_now, most = set(), []

    def watched(router, request, context):
        with router.lock:
            open_now.add(id(request))
            most.append(len(open_now))
        parts = list(answers(router, request, context))
        yield from parts[:-1]
        with router.lock:
            open_now.discard(id(request))
        yield parts[-1]

    (run,) = measure(
        scripted(watched).address, "--concurrency", 6, "--requests", 60, "--prompt-tokens", 3, "--output-tokens", 4
    )["runs"]
    assert run["requests"]["answered"] == 60
    assert max(most) <= 6


def nothing_said(router, request, context):
    yield inference_pb2.GenerateResponse(ids=[1])


def foreign_continuation(router, request, context):
    yield inference_pb2.GenerateResponse(ids=[1], continuation=9)


def no_protobuf(router, request, context):
    context.abort(grpc.StatusCode.DATA_LOSS, "lost\n\x1b[31mit")
    yield


@pytest.mark.parametrize(
    "script, status", [(nothing_said, "INTERNAL"), (foreign_continuation, "INTERNAL"), (no_protobuf, "DATA_LOSS")]
)
def test_a_router_that_answers_nonsense_is_counted(scripted, bench, script, status):
    router = scripted(script)
    words = ["--rate", 200, "--requests", 12, "--prompt-tokens", 3, "--output-tokens", 2]
    ran = bench(router.address, *words, json_wanted=True)
    # The report is printed all the same; that nothing was answered is an error.
    (run,) = json.loads(ran.stdout)["runs"]
    add_up(run["requests"])
    assert run["requests"]["failed"] == run["requests"]["statuses"][status]["count"] == 12
    assert ran.returncode != 0
    assert ran.stderr.startswith(f"octavo: no request was answered: {status}: ") and ran.stderr.count("\n") == 1
    assert "\x1b" not in ran.stderr


@pytest.mark.parametrize("queue_ms", [float("nan"), float("inf"), -1.0, 1e300])
def test_times_that_cannot_be_are_survived(scripted, measure, queue_ms):
    def odd(router, request, context):
        yield inference_pb2.GenerateResponse(ids=[1, 2], finish=finish(2, queue_ms))

    (run,) = measure(
        scripted(odd).address, "--rate", 200, "--requests", 5, "--prompt-tokens", 3, "--output-tokens", 2
    )["runs"]
    assert run["requests"]["answered"] == 5


def test_a_request_without_an_end_fails_at_its_timeout(scripted, bench):
    def silent(router, request, context):
        threading.Event().wait(5)
        yield inference_pb2.GenerateResponse()

    words = ["--rate", 100, "--requests", 3, "--timeout", 0.5, "--prompt-tokens", 3, "--output-tokens", 2]
    ran = bench(scripted(silent).address, *words, json_wanted=True)
    (run,) = json.loads(ran.stdout)["runs"]
    assert run["requests"]["statuses"]["DEADLINE_EXCEEDED"]["count"] == 3
    assert ran.returncode == UNAVAILABLE


@pytest.mark.parametrize(
    "words, told",
    [
        ([], "--rate, --sweep, --concurrency and --trace"),
        (["--rate", 1, "--concurrency", 1], "given 2 times"),
        (["--rate", "0"], "--rate is 0"),
        (["--rate", "nan"], "--rate is nan"),
        (["--sweep", "1,x"], "'x'"),
        (["--sweep", "1,-2"], "--rate is -2"),
        (["--concurrency", 0], "--concurrency is 0"),
        (["--concurrency", 5, "--requests", 4], "--requests is 4"),
        (["--rate", 1, "--requests", 0], "--requests is 0"),
        (["--rate", 1, "--duration", "inf"], "--duration is inf"),
        (["--rate", 1, "--duration", 3, "--warmup", 2, "--cooldown", 1], "--warmup and --cooldown is 3.0 s"),
        (["--rate", 1, "--window", "decoding"], "--window decoding"),
        (["--rate", 1, "--window", "some"], "'some'"),
        (["--rate", 1, "--prompt-tokens", "normal:1:2"], "--prompt-tokens is 'normal:1:2'"),
        (["--rate", 1, "--output-tokens", "0"], "--output-tokens is '0'"),
        (["--rate", 1, "--cancel", 1.5], "--cancel is 1.5"),
        (["--rate", 1, "--objective", "ttft=5"], "--objective ttft is '5'"),
        (["--rate", 1, "--in-flight", 0], "--in-flight is 0"),
        (["--rate", 1, "--connections", 0], "--connections is 0"),
        (["--rate", 1, "--speed", 2], "--speed"),
        (["--rate", 1, "--shared-prefix", 5000], "--shared-prefix is 5000"),
        (["--rate", 1, "--plot", "/nowhere/plot.svg"], "--plot is '/nowhere/plot.svg'"),
        (["--rate", 1, "--priority", 11], "--priority is 11"),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, list) else "",
)
def test_bad_options_are_one_line(shared_cluster, bench, words, told):
    ran = bench(shared_cluster.address, *words)
    assert ran.returncode == BAD_INPUT, ran.stderr
    assert ran.stdout == ""
    assert ran.stderr.startswith("octavo: ") and ran.stderr.count("\n") == 1
    assert told in ran.stderr


def test_a_bad_trace_is_one_line_with_its_number(shared_cluster, bench, tmp_path):
    trace = tmp_path / "trace.csv"
    trace.write_text("0,5,6\n1,x,6\n")
    ran = bench(shared_cluster.address, "--trace", trace)
    assert (ran.returncode, ran.stderr.count("\n")) == (BAD_INPUT, 1)
    assert "line 2, prompt tokens is 'x'" in ran.stderr
    ran = bench(shared_cluster.address, "--trace", tmp_path / "nothing.csv")
    assert (ran.returncode, ran.stderr.count("\n")) == (MISSING, 1)
    ran = bench(shared_cluster.address, "--trace", trace, "--prompt-tokens", 5)
    assert ran.returncode == BAD_INPUT and "lengths come from the trace" in ran.stderr
    ran = bench(shared_cluster.address, "--trace", tmp_path)
    assert (ran.returncode, ran.stderr.count("\n")) == (BAD_INPUT, 1)


def test_the_model_must_be_there_and_ready(scripted, bench):
    words = ["--rate", 1, "--requests", 1]
    ran = bench("127.0.0.1:1", *words)
    assert ran.returncode == UNAVAILABLE and "no router answers at 127.0.0.1:1" in ran.stderr
    ran = bench(scripted(answers).address, *words, "--model", "other")
    assert ran.returncode == MISSING and "'other'" in ran.stderr and "'stub'" in ran.stderr
    ran = bench(scripted(answers, ready=False).address, *words)
    assert ran.returncode == UNAVAILABLE and "not ready" in ran.stderr
    ran = bench(scripted(answers, names=("one", "two")).address, *words)
    assert ran.returncode == BAD_INPUT and "--model" in ran.stderr and "'two'" in ran.stderr
    ran = bench(scripted(answers, names=()).address, *words)
    assert ran.returncode == MISSING and ran.stderr.count("\n") == 1
