"""llama.cpp over its RPC: layers spread over two servers of one thread, each pinned to a core."""

import os
import socket
import subprocess
import time
from pathlib import Path

from peers.cache import CACHE, Unavailable, environment, run, step, warm
from peers.llama_side import OPTIONS, TOOLS, VERSION, download
from peers.side import json_lines, measured

NAME = "llama.cpp-rpc"
FOLDER = CACHE / NAME
LOG = FOLDER / "build.log"
TARGETS = ["llama-bench", "llama-batched-bench", "ggml-rpc"]
LIBRARIES = ["-lggml-rpc", "-lggml-cpu", "-lggml", "-lggml-base"]
HERE = Path(__file__).parent
CONTEXT = 8_192


class LlamaRPC:
    """Prepared once; each round starts servers of its own."""

    name = NAME

    def __init__(self, cores, checkpoint):
        self.cores = cores
        self.checkpoint = checkpoint
        self.build = FOLDER / "build"
        self.model = None

    def prepare(self, shape):
        python = environment(NAME, TOOLS)
        tree = FOLDER / "source" / "vendor/llama.cpp"
        step(f"{NAME}: download", FOLDER / "source", [VERSION], lambda out: download(python, out))
        options = [*OPTIONS, "GGML_RPC=ON"]
        step(f"{NAME}: build (minutes)", self.build, [self.build, VERSION, *options, *TARGETS],
             lambda out: build(python, tree, out, options))
        server = HERE / "llama_rpc_server.cpp"
        step(f"{NAME}: build the server", FOLDER / "server", [FOLDER / "server", VERSION, server.read_text()],
             lambda out: build_server(tree, self.build, server, out))
        writer = HERE.parent / "peers/llama_gguf.py"

        def convert(folder):
            run(FOLDER / "convert.log", python, writer, self.checkpoint(shape) / "config.json", folder / "model.gguf",
                environment={"PYTHONPATH": str(tree / "gguf-py")})

        step(f"{NAME}: write {shape}", FOLDER / shape, [shape, writer.read_text()], convert)
        self.model = FOLDER / shape / "model.gguf"

    def measure(self):
        """tokens/s of the rows it can run; prompts of 128, 64 generated, and eight prompts of 512."""
        warm(self.model)
        servers = [Server(core) for core in self.cores]
        try:
            addresses = ",".join(server.address for server in servers)
            decode = self.batched(addresses, "-npp", 128, "-ntg", 64, "-npl", "1,16")
            prefill = self.batched(addresses, "-npp", 512, "-ntg", 1, "-npl", 8)
        finally:
            for server in servers:
                server.stop()
        return {
            "decode-1-stream": decode[0]["speed_tg"], "decode-16-streams": decode[1]["speed_tg"],
            "prefill-8x512": prefill[0]["speed_pp"],
        }

    def batched(self, addresses, *options):
        output = measured(
            self.build / "bin/llama-batched-bench", "-m", self.model, "--rpc", addresses, "-ngl", 99, "-t", 1, "-tb", 1,
            "-c", CONTEXT, *options, "--output-format", "jsonl")
        return json_lines(output)


class Server:
    """One thread on one core."""

    def __init__(self, core):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        cache = FOLDER / "cache" / str(core)
        cache.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            ["taskset", "-c", str(core), FOLDER / "server/rpc_server", self.address],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "LLAMA_CACHE": str(cache)})
        host, port = self.address.split(":")
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex((host, int(port))) == 0:
                    return
            time.sleep(0.05)
        self.stop()
        raise Unavailable("its RPC server does not listen")

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


def build(python, tree, folder, options):
    path = {"PATH": f"{python.parent}:{os.environ['PATH']}"}
    cmake = python.parent / "cmake"
    run(LOG, cmake, "-G", "Ninja", "-S", tree, "-B", folder, *(f"-D{option}" for option in options), environment=path)
    run(LOG, cmake, "--build", folder, "--target", *TARGETS, environment=path)


def build_server(tree, build, source, folder):
    libraries = build / "bin"
    run(LOG, "g++", "-O2", "-std=c++17", f"-I{tree}/ggml/include", source, "-o", folder / "rpc_server",
        f"-L{libraries}", f"-Wl,-rpath,{libraries}", *LIBRARIES)
