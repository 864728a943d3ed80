#!/usr/bin/env python3
"""The serving benchmark: a cluster of two workers of one thread each and a router, under load over gRPC.

Rows of throughput at a fixed number of streams beside llama.cpp's RPC on the same cores, how busy the stages are, a
mixed load with long prompts, a shared prefix, the router between clients and a worker that computes nothing, and the
scheduler alone. Prints a table and writes .build/bench/serving.json; a run of everything also writes
docs/benchmarks/serving.json and serving.md.

usage: bench_serving.py [--only ROW,...] [--rounds N] [--without-peer] [--octavo PATH]
"""

import argparse
import datetime
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import report
from peers.cache import Unavailable, claim, say
from peers.octavo_side import checkpoint
from serving.cluster import Cluster, busy_fractions
from serving.llama_rpc import LlamaRPC

ROOT = report.ROOT
SHAPE = "llama-3.2-1b"
FIXTURE = ROOT / "Tests/Fixtures/kjv"
DOCUMENTS = ROOT / "docs/benchmarks"
ROUNDS = 3
# tokens/s, per cent, milliseconds, as the project set them itself.
TARGETS = {
    "decode-1-stream": 11.3, "decode-16-streams": 145, "decode-64-streams": 300, "prefill-8x512": 470,
    "prefill-8x512-decode-split": 420, "stage-busy-percent": 95, "router-tokens-per-second": 20_000,
    "router-delay-p99-ms": 2, "mixed-tbt-p99-over-median": 2.5, "shared-prefix-ttft-ratio": 10,
}
# Streams, tokens each generates, what the layers are split for. The first of 64 streams would have generated 64 tokens
# before the last one's prompt is computed: with more there is a time in which all decode.
STREAMS = {
    "decode-1-stream": (1, 64, "mix"), "decode-16-streams": (16, 64, "decode"),
    "decode-64-streams": (64, 256, "decode"),
}
PREFILLS = {"prefill-8x512": "prefill", "prefill-8x512-decode-split": "decode"}
GROUPS = ["streams", "prefill", "mixed", "prefix", "router", "scheduler"]


class Bench:
    def __init__(self, arguments, octavo):
        self.arguments = arguments
        self.octavo = octavo
        self.model = checkpoint(octavo, SHAPE, is_quantized=True)
        # Of every row, by round.
        self.samples = {}
        self.splits = {}

    def note(self, row, value):
        self.samples.setdefault(row, []).append(value)
        say(f"{row} {report.significant(float(value))}")

    def cluster(self, workload, *arguments):
        return Cluster(
            self.octavo, self.model, 2, 1, ["--optimize-for", workload, "--context-length", 4_096, *arguments])

    def streams(self):
        """Prompts of 128, 64 generated, end tokens ignored, the steady middle."""
        for workload in dict.fromkeys(workload for *_, workload in STREAMS.values()):
            cluster = self.cluster(workload)
            try:
                for row, (streams, generated, wanted) in STREAMS.items():
                    if wanted != workload:
                        continue
                    self.splits[row] = cluster.split()
                    began = time.monotonic()
                    with cluster.watched() as samples:
                        run = cluster.load(
                            "--concurrency", streams, "--requests", max(3, streams), "--prompt-tokens", 128,
                            "--output-tokens", generated, "--temperature", 0)
                    self.note(row, run["perSecond"]["generatedTokens"])
                    if streams == 64:
                        window = run["window"]
                        edges = began + window["beginSeconds"], began + window["endSeconds"]
                        self.note("stage-busy-percent", 100 * min(busy_fractions(samples, *edges) or [0]))
                        self.splits["stage-busy-percent"] = self.splits[row]
            finally:
                cluster.stop()

    def prefill(self):
        for row, workload in PREFILLS.items():
            cluster = self.cluster(workload)
            try:
                self.splits[row] = cluster.split()
                run = cluster.load(
                    "--concurrency", 8, "--requests", 8, "--prompt-tokens", 512, "--output-tokens", 1, "--window",
                    "all")
                self.note(row, run["perSecond"]["promptTokens"])
            finally:
                cluster.stop()

    def mixed(self):
        """Conversations' lengths, at a rate that the machine can do, with prompts of 2,000 and more among them."""
        cluster = self.cluster("mix", "--context-length", 8_192)
        try:
            run = cluster.load(
                "--rate", 0.12, "--duration", 150, "--warmup", 30, "--prompt-tokens", "lognormal:1020:4142",
                "--output-tokens", "lognormal:129:601")
            gaps = run["latency"]["timeBetweenTokensMs"]
            self.note("mixed-tbt-p50-ms", gaps["p50"])
            self.note("mixed-tbt-p99-over-median", gaps["p99"] / gaps["p50"])
        finally:
            cluster.stop()

    def prefix(self):
        """1,000 tokens that 32 requests share, 16 of their own each, one after another."""
        cluster = self.cluster("mix")
        try:
            options = ["--concurrency", 1, "--prompt-tokens", 16, "--shared-prefix", 1_000, "--output-tokens", 2,
                       "--window", "all"]
            first = cluster.load(*options, "--requests", 1)["latency"]["timeToFirstTokenMs"]["p50"]
            later = cluster.load(*options, "--requests", 32)["latency"]["timeToFirstTokenMs"]["p50"]
            self.note("shared-prefix-ttft-ratio", first / later)
        finally:
            cluster.stop()

    def router(self):
        """A thousand streams through a router on one core; the worker that computes nothing and the clients on the
        other."""
        for rate in (None, 10_000):
            found = self.null_backend(rate)
            if found["failures"]:
                raise RuntimeError(f"{found['failures']:.0f} streams failed")
            if rate is None:
                self.note("router-tokens-per-second", found["tokensPerSecond"])
            else:
                self.note("router-paced-tokens-per-second", found["tokensPerSecond"])
                self.note("router-delay-p50-ms", found["delayP50Us"] / 1e3)
                self.note("router-delay-p99-ms", found["delayP99Us"] / 1e3)

    def null_backend(self, rate):
        bench = report.build_product("bench-router")
        cores = sorted(os.sched_getaffinity(0))
        options = ["--max-rows", 16] if rate else []
        router = subprocess.Popen(
            [str(word) for word in (
                "taskset", "-c", cores[0], self.octavo, "router", FIXTURE, "--workers", 1, "--port", 0,
                "--max-sequences", 1_000, "--max-waiting", 1_000, "--kv-tokens", 1_100_000, "--log-level", "error",
                *options)],
            stdout=subprocess.PIPE, text=True)
        try:
            address = router.stdout.readline().split()[2].rstrip(",")
            words = ["taskset", "-c", cores[-1], bench, address, 1_000, 10, *([rate] if rate else [])]
            ran = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=120)
            if ran.returncode != 0:
                raise RuntimeError(f"bench-router: {ran.stderr.strip()}")
            return json.loads(ran.stdout)
        finally:
            router.terminate()
            router.wait(60)

    def scheduler(self):
        bench = report.build_product("bench-router")
        found = json.loads(subprocess.run([bench, "scheduler"], capture_output=True, text=True, check=True).stdout)
        for sequences, nanoseconds in found.items():
            self.note(f"scheduler-ns-per-token-{sequences}", nanoseconds)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(GROUPS), help=f"some of {','.join(GROUPS)}")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--without-peer", action="store_true")
    parser.add_argument("--octavo", type=Path, help="measure this executable instead of building the product")
    arguments = parser.parse_args()
    arguments.only = arguments.only.split(",")
    for name in arguments.only:
        if name not in GROUPS:
            parser.error(f"--only is {name!r}: use some of {','.join(GROUPS)}")
    return arguments


def measure(arguments, octavo):
    """All rounds, the peer's between ours, so that noise hits both alike."""
    bench = Bench(arguments, octavo)
    peer, missing = None, None
    if not arguments.without_peer and {"streams", "prefill"} & set(arguments.only):
        peer = LlamaRPC(sorted(os.sched_getaffinity(0))[:2], lambda like: checkpoint(octavo, like))
        try:
            peer.prepare(SHAPE)
        except Unavailable as error:
            peer, missing = None, str(error)
    theirs = {}
    for index in range(arguments.rounds):
        say(f"round {index + 1} of {arguments.rounds}")
        for name in arguments.only:
            # What takes long and does not vary with the peer is measured once.
            if index == 0 or name in ("streams", "prefill"):
                getattr(bench, name)()
        if peer:
            try:
                for row, value in peer.measure().items():
                    theirs.setdefault(row, []).append(value)
            except Unavailable as error:
                peer, missing = None, str(error)
    return bench, theirs, missing


def better(row):
    return "lower" if row.endswith(("-ms", "-median")) or "ns-per-token" in row else "higher"


def unit(row):
    if row.endswith("-ms"):
        return "ms"
    if "ns-per-token" in row:
        return "ns"
    if row.endswith("percent"):
        return "%"
    return "" if row.endswith(("ratio", "-median")) else "tokens/s"


def main():
    arguments = parse_arguments()
    octavo = arguments.octavo.resolve() if arguments.octavo else report.build_product("octavo")
    claim()
    began = time.monotonic()
    bench, theirs, missing = measure(arguments, octavo)
    table = report.Report("serving")
    for row, samples in bench.samples.items():
        peers = {"llama.cpp-rpc": report.median(theirs[row])} if row in theirs else None
        table.row(row, report.median(samples), unit(row), better(row), TARGETS.get(row), peers)
    table.finish()
    for row, split in bench.splits.items():
        print(f"{row}: layers {split}")
    if missing:
        print(f"llama.cpp-rpc was not measured: {missing}")
    if set(arguments.only) == set(GROUPS) and not arguments.without_peer and not arguments.octavo:
        write_documents(table, bench, missing, arguments, time.monotonic() - began)


OPENING = """# Serving

Written by `make bench-serving`: Llama-3.2-1B's shape at INT8 with random weights, two workers of one thread each and
the router on two cores, over gRPC; llama.cpp's RPC with two servers of one thread on the same cores, by turns. Medians.

- `decode-N-streams`: prompts of 128 tokens, 64 generated (256 with 64 streams), end tokens ignored: tokens a second
  over the time in which all streams decode. `prefill-8x512`: eight prompts of 512 at once, to the last one's first
  token.
- `stage-busy-percent`: how much of the time at 64 streams the less busy stage computed, by its own clock.
- `mixed-tbt-*`: time between tokens under Poisson arrivals, lengths log-normal through 1,020 and 4,142 prompt tokens
  (median and 99th percentile) and 129 and 601 generated.
- `shared-prefix-ttft-ratio`: time to first token of a prompt of 1,016 tokens, over that of the next ones, whose first
  1,000 are the same.
- `router-*`: a router on one core, a thousand streams, a worker that computes nothing: at once, and at 10,000 tokens a
  second in microbatches of at most 16 rows; the delay is from a result's leaving the worker to its token's arrival at
  the client. `scheduler-ns-per-token-N`: the scheduler alone, with N sequences.
"""


def write_documents(table, bench, missing, arguments, seconds):
    """docs/benchmarks/serving.json and serving.md."""
    date = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="minutes")
    record = {"date": date, "rounds": arguments.rounds, "machine": table.machine, "rows": table.rows,
              "splits": bench.splits, "samples": bench.samples, "missing": missing}
    DOCUMENTS.mkdir(parents=True, exist_ok=True)
    (DOCUMENTS / "serving.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")
    lines = [OPENING, f"{date}, {arguments.rounds} rounds, {seconds / 60:.0f} minutes.", "",
             "|  | octavo | llama.cpp-rpc | unit | layers | target |  |", "|---|---:|---:|---|---|---:|---|"]
    for row in table.rows:
        peer = report.text(row.get("peers", {}).get("llama.cpp-rpc"))
        cells = [row["name"], report.text(row["value"]), peer, row["unit"], bench.splits.get(row["name"], ""),
                 report.text(row.get("target")), report.verdict(row)]
        lines.append(f"| {' | '.join(cells)} |")
    machine = table.machine
    lines += ["", f"- Machine: {machine['cpu']}, {machine['cores']} cores ({machine['isa']}), {machine['os']}; octavo "
                  f"{machine['commit']}."]
    if missing:
        lines.append(f"- llama.cpp-rpc was not measured: {missing}.")
    (DOCUMENTS / "serving.md").write_text("\n".join(lines) + "\n", "utf-8")
    for name in ("serving.json", "serving.md"):
        print((DOCUMENTS / name).relative_to(ROOT))


if __name__ == "__main__":
    try:
        main()
    except RuntimeError as error:
        sys.exit(f"bench-serving: {error}")
