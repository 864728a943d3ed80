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
        arguments = [str(text) for name, value in options.items() for text in (f"--{name.replace('_', '-')}", value)]
        done = subprocess.run([self.path, command, *arguments], capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def write_ids(self, sequences):
        path = self.directory / "ids.txt"
        path.write_text("\n".join(" ".join(str(int(token)) for token in sequence) for sequence in sequences))
        return path

    def generate(self, model, prompts, count, **options):
        """For each prompt the ids that follow it and their logprobs; with prompt-logprobs the prompt's own before."""
        written = self.run("generate", model=model, ids=self.write_ids(prompts), count=count, **options)
        lines = numpy.array([line.split() for line in written.splitlines()], numpy.int64)
        return [
            (lines[lines[:, 0] == number, 1], lines[lines[:, 0] == number, 2].astype("<u4").view("<f4"))
            for number in range(len(prompts))
        ]

    def logits(self, model, sequences, vocabulary, **options):
        out = self.directory / "logits.f32"
        self.run("logits", model=model, ids=self.write_ids(sequences), out=out, **options)
        return numpy.fromfile(out, "<f4").reshape(-1, vocabulary)
