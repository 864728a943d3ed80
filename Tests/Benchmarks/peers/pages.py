"""docs/benchmarks/peers.json and peers.md: the last complete run of each shape, for readers of the repository."""

import json

from peers.cache import ROOT

FOLDER = ROOT / "docs/benchmarks"
OPENING = """# Octavo beside other engines

Written by `make bench-peers`, which installs the peers from PyPI, builds and converts what they need, and measures all
sides by turns in one run: same shape with random weights, same number of threads, one process at a time. Figures are
medians over the rounds.

- `prefill-512`: a prompt of 512 tokens from a cold KV cache, divided by the time to its first token.
- `decode-b1`, `decode-b4`, `decode-b16`: that many sequences after prompts of 128 tokens each, generating 64 tokens
  each (`b1`) or 32, greedily, end tokens ignored: all tokens a second over the decoding alone.
- `resident`: memory of the process (VmRSS); of Octavo after 50,000 distinct tokens, once a run; of the others after
  the rows at batch 1.
- `load`: from the start of loading inside the process to the first token of a prompt of one, page cache warm.

Ratios say how many times better Octavo is, whether higher or lower is better. `peers.json` beside this page has every
sample.
"""


def write(found):
    """Puts the runs in place of the last ones of their shapes and writes both files again; their paths."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    data, page = FOLDER / "peers.json", FOLDER / "peers.md"
    records = json.loads(data.read_text("utf-8")) if data.exists() else {}
    records |= {record["shape"]: record for record in found}
    data.write_text(json.dumps(records, indent=2, ensure_ascii=False) + "\n", "utf-8")
    page.write_text("\n".join([OPENING, *map(section, records.values())]), "utf-8")
    return [data, page]


def section(record):
    machine, noise = record["machine"], record["noise"]
    cores = f"{machine['cores']} cores ({machine['isa']}), {machine['memoryGiB']} GiB"
    versions = {**record["versions"], "octavo": machine["commit"]}
    figures, spreads = record["tables"]
    return "\n".join([
        f"## {record['shape']}",
        "",
        f"{record['date']}, {record['rounds']} rounds, {record['threads']} threads.",
        "",
        *markdown(figures),
        "",
        "Smallest and largest figure of the rounds:",
        "",
        *markdown(spreads),
        "",
        f"- Machine: {machine['cpu']}, {cores}, {machine['os']}, Linux {machine['kernel']}.",
        *limits(record["limits"]),
        f"- Meanwhile others kept {noise['otherCoresMedian']} cores busy in the median span and at most "
        f"{noise['otherCoresMax']}; the hypervisor took at most {noise['stolenCoresMax']}; load average "
        f"{noise['loadAverageBefore']} before, {noise['loadAverageAfter']} after.",
        f"- Versions: {', '.join(f'{name} {version}' for name, version in sorted(versions.items()))}.",
        *(f"- {side}: {how}." for side, how in record["settings"].items()),
        "",
    ])


def limits(found):
    """What the machine can do at most, as `octavo bench` measured it."""
    if not found.get("readBytesPerSecond"):
        return []
    text = f"reads {found['readBytesPerSecond'] / 1e9:.1f} GB/s"
    if found.get("integerOperationsPerSecond"):
        text += f" and runs {found['integerOperationsPerSecond'] / 1e12:.2f} TOPS of int8"
    return [f"- With these threads it {text}, as measured."]


def markdown(rows):
    columns = len(rows[0])
    lines = []
    for index, row in enumerate(rows):
        cells = [*row, *[""] * (columns - len(row))]
        lines.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
        if index == 0:
            lines.append(f"|{'|'.join(['---', '---', *['---:'] * (columns - 2)])}|")
    return lines
