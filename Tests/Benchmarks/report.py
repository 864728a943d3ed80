"""What every benchmark here shares: the machine's description, the table, and the JSON file.

A benchmark is a script Tests/Benchmarks/bench_NAME.py, run by `make bench-NAME` from the repository's root:

    from report import Report, build_product, debian_version

    report = Report("rpc", versions={"libgrpc": debian_version("libgrpc-dev")})
    report.row("unary-64", value=96.1, unit="µs", better="lower", target=127, peers={"grpc++": 127})
    report.finish()

`finish` prints the table and writes .build/bench/NAME.json: a list whose first row describes the machine.
"""

import json
import math
import os
import platform
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

BETTER = ("lower", "higher")


class Report:
    """The rows of one benchmark, each a median, in the order they were measured."""

    def __init__(self, name, versions=None):
        self.name = name
        self.rows = []
        self.machine = {"name": "machine", **machine(), **(versions or {})}

    def row(self, name, value, unit, better, target=None, peers=None):
        """Adds one measured median. `peers` are medians of others at the same work, in the same unit."""
        if better not in BETTER:
            raise ValueError(f"{name}: better is {better!r}, must be one of {BETTER}")
        if any(row["name"] == name for row in self.rows):
            raise ValueError(f"{name}: measured twice")
        for label, number in [("value", value), ("target", target), *(peers or {}).items()]:
            if number is not None and not math.isfinite(number):
                raise ValueError(f"{name}: {label} is {number}, must be finite")
        row = {"name": name, "value": significant(value), "unit": unit, "better": better}
        if target is not None:
            row["target"] = significant(target)
        if peers:
            row["peers"] = {peer: significant(number) for peer, number in peers.items()}
        self.rows.append(row)

    def finish(self, folder=ROOT / ".build" / "bench"):
        """Prints the table, writes the file and returns its path."""
        if not self.rows:
            raise ValueError(f"{self.name}: nothing was measured")
        print(self.table())
        path = Path(folder) / f"{self.name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".json.new")
        beside.write_text(json.dumps([self.machine, *self.rows], indent=2, ensure_ascii=False) + "\n", "utf-8")
        os.replace(beside, path)
        print(f"\n{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}")
        return path

    def table(self):
        """The machine on one line, then a row a measurement; every peer has a column."""
        peers = sorted({peer for row in self.rows for peer in row.get("peers", {})})
        head = ["", "octavo", "unit", *peers, "target", "better", ""]
        body = [
            [
                row["name"],
                text(row["value"]),
                row["unit"],
                *(text(row.get("peers", {}).get(peer)) for peer in peers),
                text(row.get("target")),
                row["better"],
                verdict(row),
            ]
            for row in self.rows
        ]
        widths = [max(len(cells[column]) for cells in [head, *body]) for column in range(len(head))]
        numbers = {1, *range(3, 4 + len(peers))}
        lines = [
            "  ".join(
                cell.rjust(width) if column in numbers else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(cells, widths))
            ).rstrip()
            for cells in [head, *body]
        ]
        described = ", ".join(f"{key} {value}" for key, value in self.machine.items() if key != "name")
        return "\n".join([f"{self.name}: {described}", "", *lines])


def verdict(row):
    """Whether the target is met: empty without one."""
    if "target" not in row:
        return ""
    met = row["value"] <= row["target"] if row["better"] == "lower" else row["value"] >= row["target"]
    return "met" if met else "missed"


def significant(number, digits=4):
    """The number with as many digits as a measurement carries; whole numbers stay whole."""
    if isinstance(number, int):
        return number
    rounded = float(f"{number:.{digits}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) >= 10 ** (digits - 1) else rounded


def text(number):
    """A cell of the table: empty where nothing was measured."""
    return "" if number is None else f"{number:,}"


def percentile(samples, share):
    """The sample below which `share` (0 to 1) of them lie, interpolated between neighbours."""
    if not samples:
        raise ValueError("a percentile of no samples")
    ordered = sorted(samples)
    position = share * (len(ordered) - 1)
    low = math.floor(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)


def median(samples):
    """The middle sample: what every row of a report is."""
    return percentile(samples, 0.5)


def build_product(product):
    """Builds one product of the package in release and returns the path of its executable."""
    command = ["swift", "build", "-c", "release"]
    built = subprocess.run([*command, "--product", product], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if built.returncode != 0:
        sys.exit(f"{built.stdout}\nbenchmark: swift build --product {product} failed")
    folder = subprocess.run([*command, "--show-bin-path"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return Path(folder.stdout.strip()) / product


def debian_version(package):
    """The installed version of a Debian package, or "absent"."""
    return output(["dpkg-query", "--show", "--showformat=${Version}", package]) or "absent"


def machine():
    """What a figure depends on: processor, memory, system, compiler, and the commit measured."""
    facts = cpu_facts()
    return {
        "cpu": facts.get("model name", platform.machine()),
        "cores": len(os.sched_getaffinity(0)),
        "isa": " ".join(flag for flag in INSTRUCTION_SETS if flag in facts.get("flags", "").split()),
        "memoryGiB": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "kernel": platform.release(),
        "os": platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()),
        "swift": swift_version(),
        "commit": commit(),
    }


INSTRUCTION_SETS = ("avx2", "avx_vnni", "avx512f", "avx512_vnni", "amx_int8")


def cpu_facts():
    """The first processor of /proc/cpuinfo, by key."""
    try:
        first = Path("/proc/cpuinfo").read_text().split("\n\n")[0]
    except OSError:
        return {}
    pairs = (line.partition(":") for line in first.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}


def swift_version():
    """The compiler's version, such as 6.3.1."""
    words = output(["swift", "--version"]).split()
    return words[words.index("version") + 1] if "version" in words else "unknown"


def commit():
    """The commit measured, marked when the tree differs from it."""
    return output(["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"])


def output(command):
    """A command's standard output, or nothing where it is missing or fails."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
