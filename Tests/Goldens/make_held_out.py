"""The ids of the fixture's held-out text, as its README says they are made, for tests that have no tokenizer.

    pip install tokenizers==0.23.3 numpy
    python Tests/Goldens/make_held_out.py

Writes Tests/Goldens/held-out.u16: 44 windows of 512 little-endian 16-bit ids.
"""

import pathlib

import numpy
import tokenizers

ROOT = pathlib.Path(__file__).resolve().parent
FIXTURE = ROOT.parent / "Fixtures" / "kjv"
WINDOW = 512


def main():
    tokenizer = tokenizers.Tokenizer.from_file(str(FIXTURE / "tokenizer.json"))
    ids = []
    for line in (FIXTURE / "held-out.txt").read_text().splitlines():
        ids += tokenizer.encode(line).ids + [1]
    ids = ids[: len(ids) // WINDOW * WINDOW]
    assert len(ids) == 44 * WINDOW, len(ids)
    numpy.array(ids, "<u2").tofile(ROOT / "held-out.u16")


if __name__ == "__main__":
    main()
