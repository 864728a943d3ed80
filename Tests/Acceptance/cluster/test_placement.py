"""Which layers go where, and how many pages of KV the workers' memory becomes."""

import json
import subprocess
from concurrent import futures

import pytest

BAD_INPUT, TRY_AGAIN = 64, 75
REQUEST = {"text": "And it came to pass", "seed": 4, "max_tokens": 60, "ignore_end_tokens": True, "top_logprobs": 1}
TOKENS_PER_PAGE = 16


@pytest.fixture
def status(octavo):
    """status(cluster): what `octavo status --json` says of its models."""

    def status(cluster):
        command = [octavo, "status", "--router", cluster.address, "--json"]
        return json.loads(subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout)

    return status


def ends(instance):
    return [stage["endLayer"] for stage in instance["stages"]]


# A head in 16 bit has 1.29 times the bytes of a layer: 5 layers to 3 and the head. Of a usual request it is 0.3 layers.
@pytest.mark.parametrize("workload, expected", [("decode", [5, 8]), ("prefill", [4, 8]), ("mix", [4, 8])])
def test_the_split_is_made_for_a_workload(serve, status, kjv_int8, workload, expected):
    cluster = serve(kjv_int8, arguments=["--head", "stored", "--optimize-for", workload])
    (model,) = status(cluster)["models"]
    assert model["optimizeFor"] == workload
    assert ends(model["instances"][0]) == expected


def test_bits_do_not_depend_on_the_split(serve, kjv_int8):
    wanted = serve(kjv_int8, arguments=["--head", "stored", "--optimize-for", "prefill"]).generate(**REQUEST).bits
    cluster = serve(kjv_int8, arguments=["--head", "stored", "--optimize-for", "decode"])
    assert cluster.generate(**REQUEST).bits == wanted


def test_little_memory_is_few_pages_and_the_same_bits(serve, status, shared_cluster, kjv_int8):
    cluster = serve(kjv_int8, arguments=["--memory", "62MiB"])
    report = status(cluster)
    pages = report["models"][0]["instances"][0]["pages"]
    assert 64 <= pages < 300, "at least one context of 1,024, and far from 64 sequences of it"
    free = [worker["memoryBytes"] - worker["memoryUsedBytes"] for worker in report["workers"]]
    assert 0 <= min(free) < 4 * 8192, "a page of four layers does not fit any more"
    wanted = shared_cluster.generate(**REQUEST).bits
    with futures.ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(lambda _: cluster.generate(**REQUEST).bits, range(24)))
    assert all(answer == wanted for answer in answers)


@pytest.mark.parametrize(
    "arguments, tokens",
    [
        (["--kv-tokens", "5000"], 5008),
        (["--kv-tokens", "max", "--context-length", "500", "--max-sequences", "3"], 3 * 512),
        (["--max-sequences", "2"], 2048),
    ],
)
def test_pages_as_asked(serve, status, kjv_int8, arguments, tokens):
    (model,) = status(serve(kjv_int8, workers=1, arguments=[*arguments, "--wire", "int8"]))["models"]
    assert model["instances"][0]["kvTokens"] == tokens
    assert model["instances"][0]["pages"] == tokens // TOKENS_PER_PAGE
    assert model["wire"] == "int8"


def test_models_share_the_memory_of_their_workers(serve, status, kjv, kjv_int8):
    """Both could use all of it."""
    cluster = serve(kjv, kjv_int8, arguments=["--memory", "200MiB", "--kv-tokens", "max", "--max-sequences", "256"])
    report = status(cluster)
    one, other = [model["instances"][0]["pages"] for model in report["models"]]
    assert 64 < one < 256 * 64
    assert abs(one - other) <= 1
    for worker in report["workers"]:
        assert worker["memoryUsedBytes"] <= worker["memoryBytes"]
    for name in ("kjv", "kjv-int8"):
        assert cluster.generate(model=name, **REQUEST).bits


@pytest.mark.parametrize(
    "arguments, code, told",
    [
        (["--optimize-for", "speed"], BAD_INPUT, "--optimize-for is 'speed'"),
        (["--wire", "int4"], BAD_INPUT, "--wire is 'int4'"),
        (["--max-sequences", "1025"], BAD_INPUT, "give 1 to 1024"),
        (["--max-rows", "8"], BAD_INPUT, "give 16 to 4096"),
        (["--kv-tokens", "lots"], BAD_INPUT, "--kv-tokens is 'lots'"),
        (["--kv-tokens", "1023"], BAD_INPUT, "one context takes 1024"),
        (["--kv-tokens", "30000000000"], TRY_AGAIN, "bytes"),
    ],
)
def test_numbers_that_cannot_be_are_one_clear_error(octavo, kjv_int8, arguments, code, told):
    command = [octavo, "serve", kjv_int8, "--workers", "2", "--port", "0", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ran.returncode == code, ran.stderr
    # After a line on what starts where workers were started.
    assert told in ran.stderr.splitlines()[-1]
