"""Converts a Hugging Face folder for CTranslate2, inside its environment: ctranslate2_convert.py SOURCE OUT."""

import json
import sys
from pathlib import Path

import ctranslate2
from ctranslate2_probe import COMPUTE_TYPE


def main():
    source, out = sys.argv[1:]
    converter = ctranslate2.converters.TransformersConverter(source, low_cpu_mem_usage=True, load_as_float16=False)
    converter.convert(out, quantization=COMPUTE_TYPE, force=True)
    name_missing_tokens(Path(out) / "config.json")


def name_missing_tokens(path):
    """A tokenizer without a first token gives a null that the engine refuses to load; the works never use it."""
    config = json.loads(path.read_text("utf-8"))
    config |= {key: config["eos_token"] for key in ("bos_token", "unk_token") if config.get(key) is None}
    path.write_text(json.dumps(config, indent=2), "utf-8")


if __name__ == "__main__":
    main()
