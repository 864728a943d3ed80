"""Octavo itself: the built product makes the checkpoints and runs `octavo bench`."""

import json

from peers.cache import CACHE, run, step, warm
from peers.side import PEAK, Side, measured


class Octavo(Side):
    name = "octavo"
    settings = "octavo bench: int8 weights per channel, activations in affine groups of 128, int8 head, KV in fp16"

    def __init__(self, threads, executable):
        super().__init__(threads)
        self.executable = executable
        self.model = None
        self.machine = {}
        self.resident = {}

    def prepare(self, shape):
        self.model = checkpoint(self.executable, shape, is_quantized=True)
        self.machine, self.resident = {}, {}

    def measure(self, rows):
        """Memory is read once a run: it takes 50,000 tokens, and does not vary."""
        warm(self.model)
        speeds = [row for row in rows if row != "resident"]
        figures = self.bench(speeds) if speeds else {}
        if "resident" in rows and not self.resident:
            figures |= self.bench(["resident"])
        return {"": figures}

    def bench(self, rows):
        report = json.loads(
            measured(self.executable, "bench", self.model, "--threads", self.threads, "--rounds", 1,
                     "--only", ",".join(rows), "--json"))
        self.machine = report["machine"]
        figures = {}
        for row in rows:
            found = report["rows"][row]
            if row == "resident":
                self.resident = found
                figures |= {row: found["bytes"] / 1e9, PEAK: found["peakBytes"] / 1e9}
            else:
                figures[row] = found["seconds" if row == "load" else "tokensPerSecond"]["median"]
        return figures


def checkpoint(executable, shape, is_quantized=False):
    """A checkpoint of a real model's shape with random weights, made once; the folder that holds it."""
    name = f"{shape}-{'int8' if is_quantized else 'bf16'}"
    folder = CACHE / "models" / name
    options = ["--int8"] if is_quantized else []

    def make(folder):
        # The command makes its folder itself, whole or not at all.
        log = CACHE / "models/synthesize.log"
        run(log, executable, "synthesize", "--like", shape, *options, "--out", folder / name)

    step(f"models: octavo synthesize --like {' '.join([shape, *options])}", folder, [name], make)
    return folder / name
