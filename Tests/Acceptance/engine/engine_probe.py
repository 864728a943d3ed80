"""The engine as a program: engine-probe writes raw arrays, numpy reads them."""

import pathlib
import subprocess

import numpy

ROOT = pathlib.Path(__file__).resolve().parents[3]
FIXTURE = ROOT / "Tests" / "Fixtures" / "kjv"
GOLDENS = ROOT / "Tests" / "Goldens"


class Probe:
    """Runs engine-probe's commands in a directory of their own."""

    def __init__(self, path, directory):
        self.path = path
        self.directory = directory

    def run(self, command, **options):
        arguments = [str(text) for name, value in options.items() for text in (f"--{name}", value)]
        done = subprocess.run([self.path, command, *arguments], capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def logits(self, model, sequences, vocabulary, **options):
        ids, out = self.directory / "ids.txt", self.directory / "logits.f32"
        ids.write_text("\n".join(" ".join(str(int(token)) for token in sequence) for sequence in sequences))
        self.run("logits", model=model, ids=ids, out=out, **options)
        return numpy.fromfile(out, "<f4").reshape(-1, vocabulary)
