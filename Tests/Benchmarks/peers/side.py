"""One side of the comparison, as the benchmark sees it."""

import json
import os
import subprocess
from pathlib import Path

from peers.cache import OFFLINE, Unavailable

PEAK = "resident-peak"
SECONDS_MAX = 1800  # one side, one round: a side that hangs ends the comparison for itself alone


class Side:
    """Subclasses say how to prepare (once) and to measure (each round).

    `prepare(shape)` installs and converts. `measure(rows)` returns, for each way in which this side can run, row to
    figure in the row's unit; of several ways the better counts, row by row. Both raise Unavailable, which ends this
    side's part in the run.
    """

    name = ""
    settings = ""  # how it was measured, in a sentence

    def __init__(self, threads):
        self.threads = threads

    def prepare(self, shape):
        raise NotImplementedError

    def measure(self, rows):
        raise NotImplementedError

    def versions(self):
        """What was measured, by package name."""
        return {}


def measured(*command, environment=None):
    """The standard output of a process that measures."""
    command = [str(word) for word in command]
    title = " ".join(Path(word).name for word in command[:2])
    try:
        finished = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS_MAX,
            env={**os.environ, **OFFLINE, **(environment or {})})
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"{title}: {error}") from error
    if finished.returncode != 0:
        lines = (finished.stderr.strip() or finished.stdout.strip() or "no output").splitlines()
        raise Unavailable(f"{title} ended with status {finished.returncode}: {lines[-1][:200]}")
    return finished.stdout


def probed(python, probe, model, threads, rows, *options):
    """The figures of a probe in a peer's environment, in the rows' units."""
    script = Path(__file__).parent / probe
    output = measured(python, script, model, "--threads", threads, "--rows", ",".join(rows), *options)
    return in_units(json_lines(output)[-1], rows)


def in_units(figures, rows):
    """A probe's figures of the rows asked for. Resident memory is what it is now; the peak goes beside it."""
    kept = {row: figures[row] for row in rows if row in figures}
    if "resident" in kept:
        kept |= {"resident": figures["resident"]["now"] / 1e9, PEAK: figures["resident"]["peak"] / 1e9}
    return kept


def json_lines(text):
    """The JSON objects among the lines of an output that also holds other lines."""
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]
