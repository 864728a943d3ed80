"""The command line as a person meets it: output, JSON, errors of one line, exit codes."""

import json
import re
import subprocess
from concurrent import futures

import grpc
import pytest
from octavo.v1 import inference_pb2_grpc

BAD_INPUT, MISSING, UNAVAILABLE, TRY_AGAIN = 64, 66, 69, 75


@pytest.fixture
def run(octavo):
    def run(*arguments, text=None):
        command = [str(word) for word in (octavo, *arguments)]
        return subprocess.run(command, input=text, capture_output=True, text=True, timeout=120)

    return run


@pytest.fixture
def generate(run, shared_cluster):
    def generate(*arguments, **options):
        return run("generate", *arguments, "--router", shared_cluster.address, **options)

    return generate


def test_generate_streams_text_or_prints_one_object(generate):
    words = ["And it came to pass", "--max-tokens", "12", "--seed", "5", "--temperature", "0.8"]
    shown = generate(*words)
    assert shown.returncode == 0, shown.stderr
    assert shown.stderr == ""
    answer = json.loads(generate(*words, "--json").stdout)
    assert list(answer)[:4] == ["text", "ids", "finishReason", "usage"]
    assert answer["text"] + "\n" == shown.stdout
    assert answer["finishReason"] == "length"
    assert answer["usage"]["generatedTokens"] == len(answer["ids"]) == 12
    assert answer["seed"] == "5"


def test_generate_reads_stdin_and_stops(generate):
    first = json.loads(generate("-", "--temperature", "0", "--max-tokens", "30", "--json", text="Jesus wept.").stdout)
    stop = first["text"][10:14]
    stopped = json.loads(
        generate("-", "--temperature", "0", "--max-tokens", "30", "--json", "--stop", stop, text="Jesus wept.").stdout
    )
    assert stopped["text"] == first["text"][: first["text"].index(stop)]
    assert stopped["finishReason"] == "stop"


@pytest.mark.parametrize(
    "arguments, code, told",
    [
        (["", "--max-tokens", "3"], BAD_INPUT, "empty"),
        (["x", "--max-tokens", "0"], BAD_INPUT, "max_tokens is 0"),
        (["x", "--max-tokens=-1"], BAD_INPUT, "--max-tokens is -1"),
        (["x", "--max-tokens", "99999"], BAD_INPUT, "99999"),
        (["x", "--temperature", "nan"], BAD_INPUT, "temperature is nan"),
        (["x", "--top-p", "inf"], BAD_INPUT, "top_p is inf"),
        (["x", "--model", "nobody"], MISSING, "'nobody'"),
    ],
)
def test_generate_fails_in_one_line(generate, arguments, code, told):
    ran = generate(*arguments)
    assert ran.returncode == code, ran.stderr
    assert ran.stdout == ""
    assert ran.stderr.startswith("octavo: ") and ran.stderr.count("\n") == 1
    assert told in ran.stderr


def test_no_router(run):
    ran = run("generate", "x", "--router", "127.0.0.1:1")
    assert ran.returncode == UNAVAILABLE
    assert "no router answers at 127.0.0.1:1" in ran.stderr and "octavo serve" in ran.stderr


class RudeRouter(inference_pb2_grpc.InferenceServicer):
    """Refuses with an error of two lines that would color a terminal."""

    def Generate(self, request, context):
        context.abort(grpc.StatusCode.NOT_FOUND, "no\n\x1b[31mred")
        yield


def test_an_error_from_elsewhere_stays_one_plain_line(run):
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    inference_pb2_grpc.add_InferenceServicer_to_server(RudeRouter(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    ran = run("generate", "x", "--router", f"127.0.0.1:{port}")
    server.stop(None)
    assert ran.returncode == MISSING
    assert ran.stderr == "octavo: no\\n\\u{1B}[31mred\n"


def test_status_for_people_and_programs(run, shared_cluster):
    shown = run("status", "--router", shared_cluster.address).stdout
    assert re.search(r"^worker-1 +127\.0\.0\.1:\d+ +cpu", shown, re.MULTILINE)
    assert re.search(r"^kjv-int8 +[0-9a-f]{12} +int8 +exact +mix +1/1", shown, re.MULTILINE)
    assert re.search(r"^kjv-int8/0/1 +worker-2 +4 to 7 +\S+ \S+ +65536 +100%$", shown, re.MULTILINE)
    status = json.loads(run("status", "--router", shared_cluster.address, "--json").stdout)
    (model,) = status["models"]
    assert [stage["endLayer"] for stage in model["instances"][0]["stages"]] == [4, 8]
    assert model["ready"] is True
    assert (model["wire"], model["optimizeFor"]) == ("exact", "mix")
    assert (model["instances"][0]["pages"], model["instances"][0]["kvTokens"]) == (4096, 65536)


def test_quantize_reports_and_never_overwrites(run, kjv, tmp_path):
    out = tmp_path / "small"
    shown = run("quantize", kjv, "--out", out)
    assert shown.returncode == 0, shown.stderr
    assert re.search(r"^model\.layers\.7\.mlp\.down_proj +196608 +4\d\.\d\d +0\.00\d+$", shown.stdout, re.MULTILINE)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small"]
    again = run("quantize", kjv, "--out", out)
    assert again.returncode == BAD_INPUT and "octavo: " in again.stderr
    twice = run("quantize", out, "--out", tmp_path / "twice", "--json")
    assert twice.returncode == BAD_INPUT and "quantized already" in twice.stderr
    report = json.loads(run("quantize", kjv, "--out", tmp_path / "third", "--json").stdout)
    assert len(report["layers"]) == 56
    assert all(layer["sqnrDecibels"] > 40 for layer in report["layers"])


def test_inspect(run, kjv, kjv_int8):
    assert "6,820,096" in run("inspect", kjv).stdout
    facts = json.loads(run("inspect", kjv_int8, "--json").stdout)
    assert facts["architecture"]["layers"] == 8
    assert facts["formats"]["linears"] == "I8"


@pytest.mark.parametrize("damage", ["truncate", "header", "config", "missing", "shape"])
@pytest.mark.parametrize("command", ["inspect", "serve", "quantize"])
def test_a_damaged_checkpoint_is_one_clear_error(run, kjv, tmp_path, command, damage):
    model = tmp_path / "bad"
    model.mkdir()
    for path in kjv.iterdir():
        if path.suffix != ".md":
            (model / path.name).write_bytes(path.read_bytes())
    weights, config = model / "model.safetensors", model / "config.json"
    if damage == "truncate":
        weights.write_bytes(weights.read_bytes()[:-1000])
    elif damage == "header":
        weights.write_bytes(b"\xff" * 8 + weights.read_bytes()[8:])
    elif damage == "config":
        config.write_text("{" * 100_000)
    elif damage == "missing":
        weights.unlink()
    else:
        config.write_text(config.read_text().replace('"hidden_size": 256', '"hidden_size": 512'))
    extra = {"serve": ["--port", 0], "quantize": ["--out", tmp_path / "out"]}.get(command, [])
    ran = run(command, model, *extra)
    assert ran.returncode in (BAD_INPUT, MISSING, TRY_AGAIN), ran.stderr
    assert ran.stderr.startswith("octavo: ") and ran.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_help_and_version(run):
    for command in ["", "serve", "router", "worker", "generate", "quantize", "inspect", "status"]:
        ran = run(*filter(None, [command]), "--help")
        assert ran.returncode == 0 and "USAGE" in ran.stdout
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", run("--version").stdout)
    unknown = run("serve", "--wrokers", "2")
    assert unknown.returncode == BAD_INPUT and "--wrokers" in unknown.stderr
