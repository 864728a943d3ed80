"""A cluster of Octavo under load, watched from outside: what clients see, and what its metrics say of the stages."""

import json
import re
import subprocess
import threading
import time
import urllib.request
from contextlib import contextmanager

READY_SECONDS_MAX = 300
SAMPLE_SECONDS = 0.25


class Cluster:
    """`octavo serve` on this machine, until it is stopped."""

    def __init__(self, octavo, model, workers, threads, arguments):
        self.octavo = octavo
        self.process = subprocess.Popen(
            [str(word) for word in (octavo, "serve", model, "--workers", workers, "--threads", threads, "--port", 0,
                                    "--metrics-port", 0, "--log-level", "info", *arguments)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines = []
        self.address = self.metrics = None
        for stream in (self.process.stdout, self.process.stderr):
            threading.Thread(target=self.read, args=(stream,), daemon=True).start()
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not (self.address and self.metrics):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("octavo serve did not come up:\n" + "\n".join(self.lines[-20:]))
            time.sleep(0.05)

    def read(self, stream):
        for line in stream:
            self.lines.append(line.rstrip())
            if found := re.search(r"^ready: .* on (\S+:\d+),", line):
                self.address = found.group(1)
            if found := re.search(r"(http://\S+/metrics)", line):
                self.metrics = found.group(1)

    def split(self):
        """Layers of each stage, as `8/8`."""
        status = json.loads(self.run("status", "--router", self.address, "--json"))
        [instance] = status["models"][0]["instances"]
        return "/".join(str(stage["endLayer"] - stage["firstLayer"]) for stage in instance["stages"])

    def load(self, *arguments):
        """The one run of `octavo bench load` with these options."""
        report = json.loads(self.run("bench", "load", "--router", self.address, "--json", *arguments))
        [run] = report["runs"]
        return run

    def run(self, *words):
        ran = subprocess.run([str(word) for word in (self.octavo, *words)], capture_output=True, text=True)
        if ran.returncode != 0:
            raise RuntimeError(f"octavo {words[0]} {words[1]}: {ran.stderr.strip()}")
        return ran.stdout

    def counters(self):
        """Every sample of the metrics page, by its whole name."""
        with urllib.request.urlopen(self.metrics, timeout=10) as page:
            lines = page.read().decode().splitlines()
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[:1] != "#")}

    @contextmanager
    def watched(self):
        """Samples of the stages' counters while something runs: a list of (time, counters)."""
        samples, stop = [], threading.Event()

        def watch():
            while not stop.wait(SAMPLE_SECONDS):
                samples.append((time.monotonic(), self.counters()))

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            yield samples
        finally:
            stop.set()
            thread.join()

    def stop(self):
        self.process.terminate()
        self.process.wait(60)


def busy_fractions(samples, begin, end):
    """How much of the time between two moments each stage computed, by stage; without the tenth at either end, in which
    microbatches of before and after are counted."""
    margin = (end - begin) / 10
    within = [sample for sample in samples if begin + margin <= sample[0] <= end - margin]
    if len(within) < 4:
        return []
    (begin, first), (end, last) = within[0], within[-1]
    name = "octavo_stage_busy_seconds_total"
    return [(last[key] - first.get(key, 0)) / (end - begin) for key in sorted(last) if key.startswith(name)]
