"""The result of one shape: medians, spreads and ratios from the samples of all sides, as a table and as JSON."""

import datetime

from peers.work import BETTER, ROWS, UNITS
from report import Report, median, significant, text, verdict

MARGIN_BYTES = 100_000_000  # what a resident engine may hold beside weights and KV
# How many times the best figures of OpenVINO the issue asks for; 0.9 of that at shapes other than the first.
RATIOS = {"prefill-512": 1.2, "decode-b1": 1.1, "decode-b16": 1.35}
FIRST_SHAPE = "llama-3.2-1b"
OTHER_SHAPES = 0.9
LOAD_SECONDS_MAX = 1.0
BASIS = "openvino"


class Comparison(Report):
    """`samples` is side to way of running to row to figures, Octavo's first; `missing` is side to reason."""

    def __init__(self, shape, samples, missing, versions, resident):
        super().__init__("peers" if shape == FIRST_SHAPE else f"peers-{shape}", versions)
        self.machine |= {"shape": shape, "missing": missing}
        self.shape = shape
        self.missing = missing
        self.sides = {side: best(ways) for side, ways in samples.items()}
        for row in ROWS:
            if row not in self.sides["octavo"]:
                continue
            peers = {side: rows[row]["median"] for side, rows in self.sides.items() if side != "octavo" and row in rows}
            self.row(row, self.sides["octavo"][row]["median"], UNITS[row], BETTER[row],
                     target=target(shape, row, peers, resident), peers=peers)

    def table(self):
        """Absolute medians and ratios in one table, then a line for each side that has none."""
        described = ", ".join(f"{key} {value}" for key, value in self.machine.items() if key not in ("name", "missing"))
        return "\n".join([f"{self.name}: {described}", "", *aligned(self.cells())])

    def cells(self):
        """Rows of text, the head first. A side that was not measured has a row that says why."""
        peers = [side for side in self.sides if side != "octavo"]
        head = ["", "unit", "octavo", *peers, *(f"vs {peer}" for peer in peers), "target", ""]
        rows = [
            [row["name"], row["unit"], text(row["value"]),
             *(text(row.get("peers", {}).get(peer)) for peer in peers),
             *(times(row, peer) for peer in peers),
             text(row.get("target")), verdict(row)]
            for row in self.rows
        ]
        return [head, *rows, *([side, f"not measured: {why}"] for side, why in self.missing.items())]

    def spread_cells(self):
        """The smallest and largest figure of each side, and the way of running that it comes from."""
        head = ["", "unit", *self.sides]
        return [head, *([row["name"], row["unit"], *(spread(rows.get(row["name"])) for rows in self.sides.values())]
                        for row in self.rows)]

    def record(self, **facts):
        """Everything known about this shape's run."""
        return {
            "shape": self.shape,
            "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="minutes"),
            "machine": {key: value for key, value in self.machine.items() if key not in ("name", "shape", "missing")},
            **facts,
            "missing": self.missing,
            "rows": [{**row, "ratios": ratios(row)} for row in self.rows],
            "sides": self.sides,
            "tables": [self.cells(), self.spread_cells()],
        }


def best(ways):
    """Row to its median, extremes and samples, from the way of running that did best at it."""
    rows = {}
    for way, figures in ways.items():
        for row, samples in figures.items():
            found = {"median": significant(median(samples)), "minimum": significant(min(samples)),
                     "maximum": significant(max(samples)), "samples": [significant(sample) for sample in samples]}
            if way:
                found["way"] = way
            if row not in rows or is_better(row, found["median"], rows[row]["median"]):
                rows[row] = found
    return rows


def is_better(row, one, other):
    return one > other if BETTER.get(row.removesuffix("-peak"), "lower") == "higher" else one < other


def target(shape, row, peers, resident):
    """What the issue asks of Octavo in this row, in relation to the same run; none where it asks nothing."""
    if row in RATIOS and BASIS in peers:
        return RATIOS[row] * (1 if shape == FIRST_SHAPE else OTHER_SHAPES) * peers[BASIS]
    if row == "resident" and resident:
        return (resident["weightBytes"] + resident["keyValueBytes"] + MARGIN_BYTES) / 1e9
    return LOAD_SECONDS_MAX if row == "load" else None


def ratios(row):
    """How many times better Octavo is than each peer, whichever direction is better."""
    lower = row["better"] == "lower"
    return {peer: significant(figure / row["value"] if lower else row["value"] / figure)
            for peer, figure in row.get("peers", {}).items()}


def times(row, peer):
    ratio = ratios(row).get(peer)
    return "" if ratio is None else f"{ratio:.2f}"


def spread(found):
    if found is None:
        return ""
    way = f" ({found['way']})" if "way" in found else ""
    return f"{text(found['minimum'])} to {text(found['maximum'])}{way}"


def aligned(rows):
    """Lines with the cells of each column below one another; a short row's last cell does not widen its column."""
    columns = len(rows[0])
    full = [row for row in rows if len(row) == columns]
    widths = [max(len(row[column]) for row in full) for column in range(columns)]
    widths[0] = max(len(row[0]) for row in rows)
    lines = []
    for row in rows:
        cells = [cell.ljust(width) if column < 2 else cell.rjust(width)
                 for column, (cell, width) in enumerate(zip(row, widths))]
        lines.append("  ".join(cells).rstrip())
    return lines
