"""`octavo bench`: what it prints and refuses. Whether figures are good is for `make bench-engine` to tell."""

import json
import subprocess

import pytest

SPEEDS = {"prefill-512", "decode-b1", "decode-b4", "decode-b16"}
STEPS_OF_BOTH = {
    "query, key, value linear",
    "output linear",
    "gate, up linear, SiLU, quantize",
    "down linear",
    "head linear",
}


def bench(octavo, *arguments):
    return subprocess.run([octavo, "bench", *map(str, arguments)], capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def report(octavo, kjv):
    ran = bench(octavo, kjv, "--rounds", 2, "--threads", 2, "--profile", "--json")
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_speeds(report):
    assert SPEEDS < report["rows"].keys()
    for row in SPEEDS:
        speed = report["rows"][row]["tokensPerSecond"]
        assert 0 < speed["minimum"] <= speed["median"] <= speed["maximum"]
        assert report["rows"][row]["limitTokensPerSecond"] > 0
        assert report["rows"][row]["limitedBy"] in ("memory", "int8")


def test_machine(report):
    assert report["machine"]["threads"] == 2
    assert report["machine"]["readBytesPerSecond"] > 1e9
    assert report["machine"]["kernels"] != "automatic"


def test_resident_and_load(report, kjv):
    resident = report["rows"]["resident"]
    stored = (kjv / "model.safetensors").stat().st_size
    # The fixture has fewer than 50,000 tokens: all of them go through.
    assert resident["tokens"] == 2048
    assert 0.4 * stored < resident["weightBytes"] < 0.7 * stored
    assert resident["bytes"] > resident["weightBytes"] + resident["keyValueBytes"]
    assert resident["otherBytes"] == resident["bytes"] - resident["weightBytes"] - resident["keyValueBytes"]
    assert report["rows"]["load"]["seconds"]["median"] > 0


def test_what_the_context_has_no_room_for_is_named(report):
    assert "decode-b1-4096" not in report["rows"]
    [skipped] = report["skipped"]
    assert skipped["row"] == "decode-b1-4096"
    assert "1024" in skipped["reason"]


def test_profiles(report):
    for row in ("prefill-512", "decode-b1", "decode-b16"):
        profile = report["rows"][row]["profile"]
        steps = {step["name"]: step for step in profile["steps"]}
        assert STEPS_OF_BOTH | {"embed", "attention"} <= steps.keys()
        spent = sum(step["seconds"] for step in profile["steps"]) + profile["otherSeconds"]
        assert spent == pytest.approx(profile["seconds"], rel=1e-6)
        # Eight layers, each run once a microbatch; the head once.
        assert steps["down linear"]["calls"] == 8 * profile["microbatches"]
        assert steps["head linear"]["calls"] == profile["microbatches"]
    assert report["rows"]["decode-b1"]["profile"]["microbatches"] == 64
    assert report["rows"]["decode-b16"]["profile"]["rows"] == 32 * 16
    assert "profile" not in report["rows"]["decode-b4"]


def test_tables(octavo, kjv):
    ran = bench(octavo, kjv, "--rounds", 1, "--only", "load,decode-b1", "--profile", "--kernels", "portable")
    assert ran.returncode == 0, ran.stderr
    assert "portable kernels" in ran.stdout
    assert "prefill-512" not in ran.stdout
    lines = ran.stdout.splitlines()
    assert any(line.startswith("decode-b1 ") for line in lines)
    assert any(line.startswith("load: ") for line in lines)
    assert any(line.startswith("gate, up linear") for line in lines)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--only", "decode-b2"], ["--only", "decode-b2", "decode-b16"]),
        (["--only", "decode-b1-4096"], ["decode-b1-4096", "1024"]),
        (["--rounds", "0"], ["rounds", "0"]),
        (["--kernels", "abacus"], ["--kernels", "abacus"]),
        (["--kv", "float64"], ["--kv", "float64", "float16"]),
        (["--threads", "0"], ["--threads", "0"]),
    ],
)
def test_bad_input_is_one_line(octavo, kjv, arguments, words):
    ran = bench(octavo, kjv, *arguments)
    assert ran.returncode == 64
    assert ran.stdout == ""
    assert ran.stderr.count("\n") == 1
    assert all(word in ran.stderr for word in words), ran.stderr


def test_a_missing_checkpoint(octavo, tmp_path):
    ran = bench(octavo, tmp_path / "nothing")
    assert ran.returncode == 66
    assert ran.stderr.count("\n") == 1


def test_engine_is_what_bench_means(octavo, kjv):
    ran = bench(octavo, "engine", kjv, "--rounds", 1, "--only", "load", "--json")
    assert ran.returncode == 0, ran.stderr
    assert list(json.loads(ran.stdout)["rows"]) == ["load"]
