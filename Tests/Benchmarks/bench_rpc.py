#!/usr/bin/env python3
"""The RPC benchmark: Octavo's RPC beside grpc++ in its three modes, both ends in one process, on loopback.

Builds the grpc++ side, runs the sides in turn for several rounds so that noise hits all alike, prints a table and
writes .build/bench/rpc.json. A figure is the median over rounds of each round's median latency in microseconds.

usage: bench_rpc.py [--rounds N] [--calls N]      (after: swift build -c release --product bench-rpc)
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ROOT / "Tests/Benchmarks/RPC/GRPCPlusPlus"
OUTPUT = ROOT / ".build/bench"
BINARIES = pathlib.Path(os.environ.get("OCTAVO_BIN", ROOT / ".build/release"))
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


def first_line(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]


def machine():
    cpu = next(
        (line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
         if line.startswith("model name")), platform.machine())
    return {
        "name": "machine", "cpu": cpu, "cores": os.cpu_count(), "kernel": platform.release(),
        "grpc": first_line("dpkg-query", "-W", "-f=${Version}\n", "libgrpc-dev"),
        "swift": first_line("swift", "--version"), "g++": first_line("g++", "--version")}


def measure(peer, rounds, calls):
    """Medians of each case: ours, and a dictionary of the modes'."""
    ours, modes = [], {mode: [] for mode in MODES}
    for index in range(rounds):
        print(f"round {index + 1} of {rounds}", flush=True)
        ours.append(run(BINARIES / "bench-rpc", calls))
        for mode in MODES:
            modes[mode].append(run(peer, mode, calls))
    def median(results, case):
        return round(statistics.median(result[case] for result in results), 1)
    return {case: (median(ours, case), {mode: median(modes[mode], case) for mode in MODES}) for case in CASES}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--calls", type=int, default=5_000)
    arguments = parser.parse_args()
    rows = [machine()]
    results = measure(build_peer(), arguments.rounds, arguments.calls)
    print(f"\n{'µs, median':14}{'octavo':>9}" + "".join(f"{mode:>10}" for mode in MODES) + f"{'ratio':>8}")
    for case, (ours, modes) in results.items():
        best = min(modes.values())
        print(f"{case:14}{ours:9.1f}" + "".join(f"{modes[mode]:10.1f}" for mode in MODES) + f"{ours / best:8.2f}")
        rows.append({
            "name": case, "value": ours, "unit": "µs", "better": "lower", "target": best,
            "peers": {"grpc++": best, **{f"grpc++ {mode}": value for mode, value in modes.items()}}})
    (OUTPUT / "rpc.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
