"""What the probes share. A probe runs inside a peer's environment, loads the model in a process of its own, does the
works asked for, each once unmeasured and once measured, and prints one JSON object: row to figure."""

import argparse
import json
import random
import time

from work import FIRST_TOKEN, WORKS


class Timed:
    """The clock of one work: when it began, when every sequence had its first token, when the last token came."""

    def __init__(self, work, began, first, last):
        self.work = work
        self.first_token_seconds = first - began
        self.decode_seconds = last - first

    def tokens_per_second(self):
        """Of the part that the row is about: the prompt where nothing is decoded, otherwise the decoding alone."""
        work = self.work
        if work.generated == 1:
            return work.batch * work.prompt / self.first_token_seconds
        return work.batch * (work.generated - 1) / self.decode_seconds


def prompts(work, vocabulary):
    """Random ids, new ones for every call: no prefix can be found in a cache."""
    return [[random.randrange(vocabulary) for _ in range(work.prompt)] for _ in range(work.batch)]


def resident_bytes():
    """This process's resident memory, now and at its peak."""
    with open("/proc/self/status", encoding="ascii") as status:
        fields = dict(line.split(":", 1) for line in status)
    return {"now": kilobytes(fields["VmRSS"]), "peak": kilobytes(fields["VmHWM"])}


def kilobytes(field):
    return int(field.split()[0]) * 1024


def measure(load, rows):
    """The figures of `rows`, and of others that come with them: the load always, memory after the works at batch 1.

    `load()` returns a function from a work to a Timed.
    """
    began = time.perf_counter()
    run = load()
    run(FIRST_TOKEN)
    figures = {"load": time.perf_counter() - began}
    for row, work in WORKS.items():
        if row in rows or (row == "decode-b1" and "resident" in rows):
            run(work)
            figures[row] = run(work).tokens_per_second()
        if row == "decode-b1":
            figures["resident"] = resident_bytes()
    return figures


def main(load):
    """The whole of a probe: `load(arguments)` as for `measure`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--rows", required=True, help="separated by commas")
    parser.add_argument("--pipeline", help="where an engine has more than one")
    arguments = parser.parse_args()
    print(json.dumps(measure(lambda: load(arguments), arguments.rows.split(","))), flush=True)
