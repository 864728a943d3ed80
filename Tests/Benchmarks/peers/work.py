"""What every side is asked to do, in one place: the rows and the tokens they carry. Imports nothing of the peers',
because the probes import it from inside their environments."""

from typing import NamedTuple


class Work(NamedTuple):
    """A batch of prompts from a cold KV cache: `prompt` tokens each, then `generated` tokens each, greedily."""

    batch: int
    prompt: int
    generated: int


# The first generated token comes from the prompt's own pass, so `prefill-512` ends with it and nothing is decoded.
WORKS = {
    "prefill-512": Work(batch=1, prompt=512, generated=1),
    "decode-b1": Work(batch=1, prompt=128, generated=64),
    "decode-b4": Work(batch=4, prompt=128, generated=32),
    "decode-b16": Work(batch=16, prompt=128, generated=32),
}
FIRST_TOKEN = Work(batch=1, prompt=1, generated=1)
# What a KV cache needs room for.
TOKENS_MAX = max(work.batch * (work.prompt + work.generated) for work in WORKS.values())

ROWS = [*WORKS, "resident", "load"]
UNITS = {row: "tokens/s" for row in WORKS} | {"resident": "GB", "load": "s"}
BETTER = {row: "higher" for row in WORKS} | {"resident": "lower", "load": "lower"}
