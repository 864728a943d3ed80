#!/usr/bin/env python3
"""The engine benchmark: `octavo bench` on checkpoints of real models' shapes, against targets and the machine's limits.

Makes the checkpoints with `octavo synthesize` in .build/bench/models (3 GB), runs every row on the first shape and on
the second, prefill and decoding at batch 1 on a checkpoint whose activations are quantized per token, as others write
them, and decoding at batch 1 with the AVX2 kernels alone. Prints a table and writes .build/bench/engine.json; a run of
everything also writes docs/benchmarks/engine.json and engine.md, with the profile of each row.

usage: bench_engine.py [--part NAME,...] [--rounds N] [--threads N] [--kv FORMAT] [--models DIR]
"""

import argparse
import datetime
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import report

ROOT = report.ROOT
CACHE = ROOT / ".build/bench/models"
DOCUMENTS = ROOT / "docs/benchmarks"

LLAMA, QWEN = "llama-3.2-1b", "qwen2.5-0.5b"
# Name, checkpoint, further arguments, how its rows are called.
PARTS = {
    LLAMA: (f"{LLAMA}-int8", [], ""),
    QWEN: (f"{QWEN}-int8", [], f"{QWEN} "),
    "per-token": (f"{LLAMA}-per-token", ["--only", "prefill-512,decode-b1"], "per-token "),
    "avx2": (f"{LLAMA}-int8", ["--only", "decode-b1", "--kernels", "avx2"], "avx2 "),
}
# What the project set itself for the first shape, on two threads.
SPEEDS = {"prefill-512": 550, "decode-b1": 23.5, "decode-b4": 84, "decode-b16": 240}
LONG_CONTEXT_RATIO = 0.85
LOAD_SECONDS = 1.0
RESIDENT_MARGIN_BYTES = 100_000_000
# Of reading the second shape's weights and sums at 31.5 GB/s, once a token.
QWEN_FRACTION, QWEN_BYTES_PER_SECOND = 0.84, 31.5e9
AVX2_FRACTION = 0.9


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", default=",".join(PARTS), help=f"some of {','.join(PARTS)}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--kv", help="the format of K and V, as `octavo bench` knows it")
    parser.add_argument("--models", type=Path, default=CACHE, help="where checkpoints lie or are made")
    arguments = parser.parse_args()
    arguments.part = arguments.part.split(",")
    for name in arguments.part:
        if name not in PARTS:
            parser.error(f"--part is {name!r}: use some of {','.join(PARTS)}")
    return arguments


def checkpoint(octavo, models, name):
    """The checkpoint's folder, made if it is not there."""
    folder = models / name
    if folder.exists():
        return folder
    models.mkdir(parents=True, exist_ok=True)
    if name == f"{LLAMA}-per-token":
        make_per_token(checkpoint(octavo, models, f"{LLAMA}-int8"), folder)
    else:
        say(f"synthesizes {name}")
        subprocess.run(
            [octavo, "synthesize", "--like", name.removesuffix("-int8"), "--int8", "--out", folder], check=True,
            stdout=subprocess.DEVNULL)
    return folder


def make_per_token(source, folder):
    """The same weights under a configuration that does not name our activations: a token is one group."""
    beside = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    for path in source.iterdir():
        if path.name == "config.json":
            configuration = json.loads(path.read_text("utf-8"))
            configuration.pop("octavo", None)
            (beside / path.name).write_text(json.dumps(configuration, indent=2) + "\n", "utf-8")
        else:
            os.link(path, beside / path.name)
    beside.rename(folder)


def warm(folder):
    """Reads the checkpoint once, so that the page cache holds it."""
    for path in folder.iterdir():
        with path.open("rb") as stream:
            while stream.read(1 << 24):
                pass


def measure(octavo, arguments, name):
    """What `octavo bench` says of one part, or the line with which it refuses."""
    model, further, _ = PARTS[name]
    folder = checkpoint(octavo, arguments.models, model)
    warm(folder)
    say(f"measures {name}")
    command = [octavo, "bench", folder, "--json", "--profile", "--rounds", arguments.rounds, "--threads",
               arguments.threads, *further, *(["--kv", arguments.kv] if arguments.kv else [])]
    # Its progress goes to the terminal, its failures to the table.
    ran = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if ran.returncode != 0:
        refusal = ran.stderr.strip().splitlines()[-1:] or [f"exit status {ran.returncode}"]
        say(f"{name}: not measured: {refusal[0]}")
        return {"refusal": refusal[0]}
    return json.loads(ran.stdout)


def add_rows(table, name, found):
    """A part's rows in the table, each with the limit that this machine sets and the target where it has one."""
    prefix = PARTS[name][2]
    for row, figures in found["rows"].items():
        if "tokensPerSecond" in figures:
            value, target = figures["tokensPerSecond"]["median"], speed_target(name, row, figures)
            peers = {"limit": figures["limitTokensPerSecond"]}
            table.row(prefix + row, value, "tokens/s", "higher", target, peers)
            if name == "avx2":
                table.row(f"{prefix}{row}/limit", figures["fractionOfLimit"], "", "higher", AVX2_FRACTION)
            if "ratioToDecodeB1" in figures:
                target = LONG_CONTEXT_RATIO if name == LLAMA else None
                table.row(f"{prefix}{row}/decode-b1", figures["ratioToDecodeB1"], "", "higher", target)
        elif row == "resident":
            counted = figures["weightBytes"] + figures["keyValueBytes"]
            target = (counted + RESIDENT_MARGIN_BYTES) / 1e9
            table.row(prefix + row, figures["bytes"] / 1e9, "GB", "lower", target, {"limit": counted / 1e9})
        else:
            target = LOAD_SECONDS if name == LLAMA else None
            table.row(prefix + row, figures["seconds"]["median"], "s", "lower", target)


def speed_target(name, row, figures):
    if name == LLAMA:
        return SPEEDS.get(row)
    if (name, row) == (QWEN, "decode-b1"):
        profile = figures["profile"]
        bytes_read = sum(step["weightBytes"] + step["sumBytes"] for step in profile["steps"])
        return QWEN_FRACTION * QWEN_BYTES_PER_SECOND * profile["microbatches"] / bytes_read
    return None


OPENING = """# The engine against its machine

Written by `make bench-engine`: `octavo bench` in one process on random weights of real models' shapes, INT8 throughout.
Figures are medians over the rounds; `engine.json` beside this page has the extremes and every step of the profiles.

- `prefill-512`: a prompt of 512 tokens from a cold KV cache, divided by the time to its first token.
- `decode-b1`, `decode-b4`, `decode-b16`: that many sequences after prompts of 128 tokens each, generating 64 tokens
  each (`b1`) or 32, greedily: all tokens a second over the decoding alone. `decode-b1-4096`: the same at batch 1 after
  4,096 tokens.
- `resident`: memory of the process (VmRSS) after 50,000 distinct tokens at batch 1; its limit is weights and KV alone.
- `load`: from opening the checkpoint to the first token of a prompt of one, page cache warm.

The limit of a speed is that of a machine which reads every byte of weights, sums and KV once a pass as fast as this one
reads memory, and multiplies as fast as this one multiplies in registers, both at once: whichever is slower. What memory
gives is read between the rounds of each row, over the same weights: other machines share it, and it changes within
minutes.
"""


def write_documents(table, parts, arguments):
    """docs/benchmarks/engine.json and engine.md."""
    DOCUMENTS.mkdir(parents=True, exist_ok=True)
    date = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="minutes")
    facts = {key: value for key, value in table.machine.items() if key != "name"}
    record = {"date": date, "rounds": arguments.rounds, "threads": arguments.threads, "machine": facts,
              "rows": table.rows, "parts": parts}
    paths = [DOCUMENTS / "engine.json", DOCUMENTS / "engine.md"]
    paths[0].write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", "utf-8")
    cores = f"{facts['cores']} cores ({facts['isa']}), {facts['memoryGiB']} GiB"
    lines = [
        OPENING,
        f"{date}, {arguments.rounds} rounds, {arguments.threads} threads.",
        "",
        *figures(table.rows),
        "",
        f"- Machine: {facts['cpu']}, {cores}, {facts['os']}, Linux {facts['kernel']}.",
        f"- Versions: octavo {facts['commit']}, swift {facts['swift']}.",
        *(limits(name, found) for name, found in parts.items()),
        "",
        *(line for name, found in parts.items() for line in profiles(name, found)),
    ]
    paths[1].write_text("\n".join(lines).rstrip() + "\n", "utf-8")
    return paths


def figures(rows):
    body = []
    for row in rows:
        limit = row.get("peers", {}).get("limit")
        reached = "" if limit is None or row["unit"] != "tokens/s" else f"{row['value'] / limit:.0%}"
        body.append([row["name"], report.text(row["value"]), row["unit"], report.text(limit), reached,
                     report.text(row.get("target")), report.verdict(row)])
    return markdown(["", "octavo", "unit", "limit", "of the limit", "target", ""], body, texts={0, 2, 6})


def limits(name, found):
    if "refusal" in found:
        return f"- `{name}` was not measured: {found['refusal']}."
    machine, model = found["machine"], found["model"]
    peak = machine["integerOperationsPerSecond"]
    multiplies = f" and multiplies at {peak / 1e12:.2f} TOPS" if peak else ""
    skipped = "".join(f" `{row['row']}` did not run: {row['reason']}." for row in found["skipped"])
    return (f"- `{name}`: {machine['kernels']} kernels, KV {model['keyValue']}; at best the machine "
            f"reads {machine['readBytesPerSecond'] / 1e9:.1f} GB/s{multiplies}; a barrier of the threads costs "
            f"{1e6 * machine['barrierSeconds']:.2f} µs; meanwhile others kept "
            f"{machine['coresOfOthers']:.2f} cores busy.{skipped}")


def profiles(name, found):
    """A table for each profiled row: where the time of a pass goes."""
    for row, figures in found.get("rows", {}).items():
        if "profile" not in figures:
            continue
        profile = figures["profile"]
        passes = profile["microbatches"]
        body = []
        for step in profile["steps"]:
            read = step["weightBytes"] + step["sumBytes"] + step["keyValueBytes"]
            integers = step["integerOperations"]
            body.append([
                step["name"], f"{step['calls'] / passes:g}", f"{1e3 * step['seconds'] / passes:.3f}",
                f"{step['share']:.1%}", f"{read / passes / 1e6:.1f}" if read else "",
                f"{step['fractionOfMemory']:.0%}" if read else "", f"{integers / passes / 1e9:.2f}" if integers else "",
                f"{step['fractionOfInt8']:.0%}" if integers and step["fractionOfInt8"] is not None else ""])
        rest = profile["otherSeconds"]
        body.append(["between steps", "", f"{1e3 * rest / passes:.3f}", f"{rest / profile['seconds']:.1%}"])
        yield f"## Where the time of `{PARTS[name][2]}{row}` goes"
        yield ""
        rows = profile["rows"] // passes
        yield f"A pass of {rows} {'row' if rows == 1 else 'rows'}, the mean of {passes}."
        yield ""
        yield from markdown(["step", "calls", "ms", "share", "MB", "of memory", "int8 GOP", "of int8"], body, {0})
        yield ""


def markdown(head, body, texts):
    """A table; the columns in `texts` stand to the left."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'|'.join('---' if column in texts else '---:' for column in range(len(head)))}|"
    for row in body:
        yield f"| {' | '.join([*row, *[''] * (len(head) - len(row))])} |"


def say(line):
    print(f"engine: {line}", file=sys.stderr, flush=True)


def main():
    arguments = parse_arguments()
    octavo = report.build_product("octavo")
    table = report.Report("engine")
    parts = {name: measure(octavo, arguments, name) for name in arguments.part}
    for name, found in parts.items():
        if "refusal" not in found:
            add_rows(table, name, found)
    table.finish()
    if set(arguments.part) == set(PARTS):
        for path in write_documents(table, parts, arguments):
            print(path.relative_to(ROOT))
    else:
        say("a part of the benchmark: docs/benchmarks stays as it is")


if __name__ == "__main__":
    main()
