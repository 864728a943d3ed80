"""llama.cpp as llama-cpp-python's source distribution carries it, built for this processor, with its own two
benchmarks and a probe for what they do not tell."""

import os
from pathlib import Path

from peers.cache import CACHE, environment, run, step, warm
from peers.side import Side, in_units, json_lines, measured
from peers.work import TOKENS_MAX, WORKS

NAME = "llama.cpp"
FOLDER = CACHE / NAME
LOG = FOLDER / "build.log"
PACKAGE = "llama-cpp-python"
VERSION = "0.3.36"
# To build it, and what its gguf-py imports.
TOOLS = ["cmake==4.4.4", "ninja==1.13.2", "numpy==2.4.6", "pyyaml==6.0.3", "requests==2.34.2", "tqdm==4.70.1"]
OPTIONS = ["CMAKE_BUILD_TYPE=Release", "GGML_NATIVE=ON", "LLAMA_CURL=OFF", "LLAMA_BUILD_TESTS=OFF",
           "LLAMA_BUILD_EXAMPLES=OFF", "LLAMA_BUILD_SERVER=OFF"]
TARGETS = ["llama-bench", "llama-batched-bench"]
LIBRARIES = ["-lllama", "-lggml", "-lggml-base"]
HERE = Path(__file__).parent


class Llama(Side):
    name = NAME
    settings = (
        "Q8_0, native build, KV in fp16; llama-bench (decode-b1 at a depth of 128) and llama-batched-bench; memory and "
        "load from a process of libllama that reads a prompt of 128 tokens and decodes 64")

    def __init__(self, threads, checkpoint):
        super().__init__(threads)
        self.checkpoint = checkpoint
        self.tools = FOLDER / "build/bin"
        self.model = None

    def prepare(self, shape):
        python = environment(NAME, TOOLS)
        tree = FOLDER / "source" / "vendor/llama.cpp"
        step(f"{NAME}: download {PACKAGE} {VERSION}", FOLDER / "source", [VERSION], lambda out: download(python, out))
        step(f"{NAME}: build (minutes)", FOLDER / "build",
             [FOLDER / "build", VERSION, *OPTIONS, *TARGETS],
             lambda out: build(python, tree, out))
        source = HERE / "llama_probe.cpp"
        step(f"{NAME}: build the probe", FOLDER / "probe",
             [FOLDER / "probe", VERSION, source.read_text()],
             lambda out: build_probe(tree, source, out))
        writer = HERE / "llama_gguf.py"

        def convert(folder):
            run(FOLDER / "convert.log", python, writer, self.checkpoint(shape) / "config.json", folder / "model.gguf",
                environment={"PYTHONPATH": str(tree / "gguf-py")})

        step(f"{NAME}: write {shape}", FOLDER / shape, [shape, writer.read_text()], convert)
        self.model = FOLDER / shape / "model.gguf"

    def measure(self, rows):
        warm(self.model)
        figures = {}
        if "prefill-512" in rows:
            figures["prefill-512"] = self.bench("-p", WORKS["prefill-512"].prompt, "-n", 0)
        if "decode-b1" in rows:
            work = WORKS["decode-b1"]
            figures["decode-b1"] = self.bench("-p", 0, "-n", work.generated, "-d", work.prompt)
        return {"": figures | self.batched(rows) | self.probe(rows)}

    def bench(self, *options):
        output = measured(
            self.tools / "llama-bench", "-m", self.model, "-t", self.threads, *options, "-r", 1, "-o", "jsonl")
        return json_lines(output)[-1]["avg_ts"]

    def batched(self, rows):
        figures = {}
        for row in ("decode-b4", "decode-b16"):
            if row in rows:
                work = WORKS[row]
                output = measured(
                    self.tools / "llama-batched-bench", "-m", self.model, "-t", self.threads, "-tb", self.threads,
                    "-c", TOKENS_MAX, "-npp", work.prompt, "-ntg", work.generated, "-npl", work.batch,
                    "--output-format", "jsonl")
                figures[row] = json_lines(output)[-1]["speed_tg"]
        return figures

    def probe(self, rows):
        if not {"load", "resident"} & set(rows):
            return {}
        work = WORKS["decode-b1"]
        output = measured(
            FOLDER / "probe/llama_probe", self.model, self.threads, TOKENS_MAX, work.prompt, work.generated)
        return in_units(json_lines(output)[-1], [row for row in rows if row in ("load", "resident")])

    def versions(self):
        return {PACKAGE: VERSION}


def download(python, folder):
    run(LOG, python, "-m", "pip", "--disable-pip-version-check", "download", "--progress-bar", "off", "--no-deps",
        "--no-binary", PACKAGE, f"{PACKAGE}=={VERSION}", "--dest", folder)
    archive = next(folder.glob("*.tar.gz"))
    run(LOG, "tar", "-xzf", archive, "-C", folder, "--strip-components=1")
    archive.unlink()


def build(python, tree, folder):
    path = {"PATH": f"{python.parent}:{os.environ['PATH']}"}
    cmake = python.parent / "cmake"
    run(LOG, cmake, "-G", "Ninja", "-S", tree, "-B", folder, *(f"-D{option}" for option in OPTIONS), environment=path)
    run(LOG, cmake, "--build", folder, "--target", *TARGETS, environment=path)


def build_probe(tree, source, folder):
    libraries = FOLDER / "build/bin"
    run(LOG, "g++", "-O2", "-std=c++17", f"-I{tree}/include", f"-I{tree}/ggml/include", source, "-o",
        folder / "llama_probe", f"-L{libraries}", f"-Wl,-rpath,{libraries}", *LIBRARIES)
