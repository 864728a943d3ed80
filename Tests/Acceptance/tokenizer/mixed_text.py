"""Seeded text of every kind that has ever split two tokenizers apart.

Only code points that Unicode 14 assigns: PCRE2 10.42 (Debian 12) has its tables, `tokenizers` has newer ones, and
what was assigned since is another category in each. Python 3.11 has Unicode 14 as well; a newer Python's tables
cannot tell, so there the code points of all planes are left to a list of long settled blocks.
"""

import random
import sys
import unicodedata

SETTLED = [
    (0x0020, 0x052F), (0x0531, 0x0556), (0x05D0, 0x05EA), (0x0620, 0x06FF), (0x0904, 0x0939), (0x0E01, 0x0E3A),
    (0x10D0, 0x10FA), (0x1100, 0x11FF), (0x1E00, 0x1EFF), (0x2010, 0x2027), (0x2070, 0x2071), (0x2190, 0x23FF),
    (0x3041, 0x3096), (0x30A1, 0x30FA), (0x4E00, 0x9FA5), (0xAC00, 0xD7A3), (0xFF01, 0xFFBE), (0x1D400, 0x1D454),
    (0x1F600, 0x1F64F), (0x20000, 0x2A6D6),
]


def _assigned():
    if unicodedata.unidata_version == "14.0.0":
        points = range(sys.maxunicode + 1)
    else:
        points = (point for first, last in SETTLED for point in range(first, last + 1))
    return [chr(point) for point in points if unicodedata.category(chr(point)) not in ("Cn", "Cs", "Co")]


ASSIGNED = _assigned()
SCRIPTS = [
    (0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x24F), (0x370, 0x3FF), (0x400, 0x4FF), (0x531, 0x587), (0x5D0, 0x5EA),
    (0x620, 0x64A), (0x905, 0x939), (0xE01, 0xE30), (0x10A0, 0x10FF), (0x1100, 0x11FF), (0x1E00, 0x1EFF),
    (0x3041, 0x3096), (0x30A1, 0x30FA), (0x4E00, 0x9FA5), (0xAC00, 0xD7A3), (0x1D400, 0x1D7CB), (0x20000, 0x20FFF),
]
LETTERS = [[chr(p) for p in range(a, b + 1) if unicodedata.category(chr(p))[0] == "L"] for a, b in SCRIPTS]
MARKS = [c for c in ASSIGNED if unicodedata.category(c)[0] == "M"]
# Marks whose combining classes even the normalization tables of `tokenizers` (Unicode 9) know.
OLD_MARKS = [c for c in MARKS if unicodedata.ucd_3_2_0.category(c)[0] == "M"]
NUMBERS = [c for c in ASSIGNED if unicodedata.category(c)[0] == "N"]
SPACES = [c for c in ASSIGNED if c.isspace()] + list("\u180e\u200b\u2060\ufeff")
CONTROLS = [chr(p) for p in list(range(32)) + list(range(127, 160))]
EMOJI = ["👩‍👩‍👧‍👦", "🏳️‍🌈", "🧑🏽‍🚀", "👍🏿", "🇫🇮🇯🇵", "1️⃣", "☃️", "🫠", "😀"]
CONTRACTIONS = ["'s", "'S", "'re", "'RE", "'Ll", "'ſ", "'\u212a", "’s", "''d", "'ﬆ", "'ß", "I'm", "'T"]
CODE = [
    "if (x >= 10) {\n\treturn a[i]->b;\r\n}\n",
    "def f(x):\n    return x ** 2  # ok\n\n",
    "</div>\n",
    "0x7fff_ffff",
    "C:\\x",
]
SPECIALS = [
    "<|begin_of_text|>", "<|end_of_text|>", "<|end_of_text", "<|<|end_of_text|>|>", "<s>", "<pad>", "<mask>",
    "<word>", "word<word>word", " <word> ", "<both>", "  <both>\t\n", "Å", "A\u030a", "<n>", "<nn>",
]


def _some(rng, characters, most):
    return "".join(rng.choice(characters) for _ in range(rng.randint(1, most)))


def _piece(rng, marks, plain):
    kind = rng.randrange(13)
    if kind <= 2:
        return _some(rng, rng.choice(LETTERS), 9) + rng.choice(["", " ", " ", ", "])
    if kind == 3:
        return "".join(letter + _some(rng, marks, 3) for letter in _some(rng, rng.choice(LETTERS), 4))
    if kind == 4:
        return _some(rng, NUMBERS, 7) if rng.random() < 0.5 else _some(rng, "0123456789", 9)
    if kind == 5:
        return _some(rng, SPACES, 5) if rng.random() < 0.5 else _some(rng, " \t\r\n", 7)
    if kind == 6:
        return _some(rng, CONTROLS, 3)
    if kind == 7:
        return _some(rng, plain, 6)
    return rng.choice([EMOJI, CONTRACTIONS, CODE, SPECIALS, ["!?.", "((", " --- ", "_a_", "word"]][kind - 8])


def mixed_texts(seed, bytes_min, marks=MARKS):
    """Texts of a few hundred bytes, `bytes_min` in all."""
    rng = random.Random(seed)
    plain = ASSIGNED if marks is MARKS else sorted(set(ASSIGNED) - set(MARKS))
    texts, total = [], 0
    while total < bytes_min:
        text = "".join(_piece(rng, marks, plain) for _ in range(rng.randint(1, 80)))
        texts.append(text)
        total += len(text.encode())
    return texts
