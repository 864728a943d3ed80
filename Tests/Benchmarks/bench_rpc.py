#!/usr/bin/env python3
"""The RPC benchmark: Octavo's RPC beside grpc++ in its three modes, both ends in one process, on loopback.

Builds the grpc++ side, runs the sides in turn for several rounds so that noise hits all alike, prints a table and
writes .build/bench/rpc.json. A figure is the median over rounds of each round's median latency in microseconds.

usage: bench_rpc.py [--rounds N] [--calls N]
"""

import argparse
import json
import pathlib
import subprocess

import report

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ROOT / "Tests/Benchmarks/RPC/GRPCPlusPlus"
OUTPUT = ROOT / ".build/bench"
MODES = ["sync", "callback", "queue"]
CASES = ["unary-64", "unary-65536", "stream-64"]
LIBRARIES = ["-lgrpc++", "-lgrpc", "-lgpr", "-pthread"]


def build_peer():
    """Compiles what is older than its sources; pkg-config's list of libraries is too long for a command line."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    peer = OUTPUT / "bench-grpcpp"
    sources = sorted(SOURCES.glob("*.cc"))
    inputs = [path.stat().st_mtime for path in SOURCES.iterdir()]
    if not peer.exists() or peer.stat().st_mtime < max(inputs):
        # The indirect libraries, absl's among them, come from those named.
        subprocess.run(
            ["g++", "-O2", "-std=c++17", "-Wall", "-Wextra", *sources, "-o", peer, "-Wl,--copy-dt-needed-entries",
             *LIBRARIES], check=True)
    return peer


def run(*command):
    finished = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True, timeout=300)
    return json.loads(finished.stdout)


def measure(ours, peer, rounds, calls):
    """For each case: ours with one loop, ours with two, and a dictionary of the modes'. Medians over rounds."""
    sides = {"one": [ours, calls], "two": [ours, calls, 2], **{mode: [peer, mode, calls] for mode in MODES}}
    results = {side: [] for side in sides}
    for index in range(rounds):
        print(f"round {index + 1} of {rounds}", flush=True)
        for side, command in sides.items():
            results[side].append(run(*command))

    def median(side, case):
        return report.median(result[case] for result in results[side])

    return {
        case: (median("one", case), median("two", case), {mode: median(mode, case) for mode in MODES})
        for case in CASES
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--calls", type=int, default=5_000)
    arguments = parser.parse_args()
    ours = report.build_product("bench-rpc")
    compiler = subprocess.run(["g++", "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    table = report.Report("rpc", {"grpc": report.debian_version("libgrpc-dev"), "g++": compiler})
    results = measure(ours, build_peer(), arguments.rounds, arguments.calls)
    for case, (value, _, modes) in results.items():
        best = min(modes.values())
        peers = {"grpc++": best, **{f"grpc++ {mode}": figure for mode, figure in modes.items()}}
        table.row(case, value, "µs", "lower", target=best, peers=peers)
    # Beside them, our two ends on threads of their own: what two processes would see.
    for case, (_, value, modes) in results.items():
        table.row(f"{case}-two-loops", value, "µs", "lower", peers={"grpc++": min(modes.values())})
    table.finish()


if __name__ == "__main__":
    main()
