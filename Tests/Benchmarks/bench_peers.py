#!/usr/bin/env python3
"""The benchmark against peers: Octavo, llama.cpp, OpenVINO GenAI and CTranslate2 on one shape, with the same threads.

Installs the peers from PyPI into .build/peers (the first time takes about 20 minutes and 15 GB), makes a checkpoint of
the shape with `octavo synthesize`, converts it for each, and measures all sides by turns for several rounds so that
noise hits all alike. Prints a table of medians and ratios and writes .build/bench/peers.json (the first shape) and
peers-SHAPE.json; a complete run also writes docs/benchmarks/peers.json and peers.md. A peer that cannot be installed
or fails is a row with the reason.

usage: bench_peers.py [--shape NAME,...] [--only ROW,...] [--peers NAME,...] [--rounds N] [--threads N] [--octavo PATH]
"""

import argparse
import sys
import time
from pathlib import Path

import report
from peers import pages
from peers.cache import Unavailable, claim, say, shown
from peers.ctranslate2_side import CTranslate2
from peers.llama_side import Llama
from peers.noise import Noise
from peers.octavo_side import Octavo, checkpoint
from peers.openvino_side import OpenVINO
from peers.table import Comparison
from peers.work import ROWS

SHAPES = ["llama-3.2-1b", "qwen2.5-0.5b"]
PEERS = {side.name: side for side in (Llama, OpenVINO, CTranslate2)}
ROUNDS = 5


def some_of(known):
    """A type of argument: names separated by commas, each a known one."""

    def parse(value):
        names = [name.strip() for name in value.split(",") if name.strip()]
        for name in names:
            if known is not None and name not in known:
                raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(known)}")
        if not names:
            raise argparse.ArgumentTypeError("name at least one")
        return names

    return parse


def positive(value):
    if not value.isdecimal() or int(value) < 1:
        raise argparse.ArgumentTypeError(f"{value!r} is not a number from 1 up")
    return int(value)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", type=some_of(None), default=SHAPES, help="as `octavo synthesize --like` knows them")
    parser.add_argument("--only", type=some_of(ROWS), default=ROWS, help=f"rows: {', '.join(ROWS)}")
    parser.add_argument("--peers", type=some_of(PEERS), default=list(PEERS), help=", ".join(PEERS))
    parser.add_argument("--rounds", type=positive, default=ROUNDS)
    parser.add_argument("--threads", type=positive, default=2)
    parser.add_argument("--octavo", type=Path, help="measure this executable instead of building the product")
    return parser.parse_args()


class Run:
    """One shape, all sides."""

    def __init__(self, shape, arguments, executable):
        self.shape = shape
        self.arguments = arguments
        self.octavo = Octavo(arguments.threads, executable)
        peers = [PEERS[name](arguments.threads, lambda like: checkpoint(executable, like)) for name in arguments.peers]
        self.sides = [self.octavo, *peers]
        self.missing = {}
        self.samples = {}
        self.noise = Noise()

    def compare(self):
        self.attempt_all(lambda side: side.prepare(self.shape))
        for index in range(self.arguments.rounds):
            # Another side begins each round, so that none always follows the same one.
            first = index % len(self.sides)
            self.attempt_all(lambda side: self.measure(side, index), self.sides[first:] + self.sides[:first])

    def attempt_all(self, attempt, sides=None):
        """A peer that fails leaves the run with its reason; without Octavo there is nothing to compare."""
        for side in sides or list(self.sides):
            try:
                attempt(side)
            except Unavailable as error:
                if side is self.octavo:
                    sys.exit(f"bench-peers: octavo: {error}")
                say(f"{side.name}: not measured: {error}")
                self.missing[side.name] = str(error)
                self.samples.pop(side.name, None)
                self.sides.remove(side)

    def measure(self, side, index):
        began = time.monotonic()
        with self.noise.span():
            figures = side.measure(self.arguments.only)
        for way, rows in figures.items():
            for row, figure in rows.items():
                self.samples.setdefault(side.name, {}).setdefault(way, {}).setdefault(row, []).append(figure)
        shown_figures = "; ".join(
            f"{way} {' '.join(f'{row} {report.significant(figure)}' for row, figure in rows.items())}".strip()
            for way, rows in figures.items())
        say(f"{self.shape}: round {index + 1} of {self.arguments.rounds}: {side.name} in "
            f"{time.monotonic() - began:.0f} s: {shown_figures}")

    def finish(self):
        """Prints the table, writes its file and returns what the documents record."""
        versions = {name: version for side in self.sides for name, version in side.versions().items()}
        if self.arguments.octavo:
            versions["octavo"] = f"{self.arguments.octavo}, whatever the commit"
        ordered = {side.name: self.samples[side.name] for side in self.sides}
        comparison = Comparison(self.shape, ordered, self.missing, versions, self.octavo.resident)
        comparison.finish()
        noise = self.noise.summary()
        if not noise["quiet"]:
            say(f"others kept up to {noise['otherCoresMax']} cores busy meanwhile: not a quiet machine")
        return comparison.record(
            rounds=self.arguments.rounds, threads=self.arguments.threads, versions=versions, noise=noise,
            limits=self.octavo.machine, settings={side.name: side.settings for side in self.sides})


def is_complete(arguments):
    """Whether a run says enough, about this commit, to stand in the documents."""
    everything = set(arguments.only) == set(ROWS) and set(arguments.peers) == set(PEERS)
    return everything and arguments.rounds >= ROUNDS and not arguments.octavo


def compare(arguments, executable):
    """One shape after the other. The documents change last, because they are part of the commit measured."""
    records = []
    try:
        for shape in arguments.shape:
            run = Run(shape, arguments, executable)
            run.compare()
            records.append(run.finish())
    finally:
        if records and is_complete(arguments):
            print(*map(shown, pages.write(records)), sep="\n")
        elif records:
            say("a part of the benchmark, or not the built product: docs/benchmarks stays as it is")


def main():
    arguments = parse_arguments()
    executable = arguments.octavo.resolve() if arguments.octavo else report.build_product("octavo")
    claim()
    try:
        compare(arguments, executable)
    except KeyboardInterrupt:
        sys.exit("bench-peers: interrupted; the next run goes on from what is installed")


if __name__ == "__main__":
    main()
