"""Converts a Hugging Face folder for CTranslate2, inside its environment: ctranslate2_convert.py SOURCE OUT."""

import sys

import ctranslate2
from ctranslate2_probe import COMPUTE_TYPE


def main():
    source, out = sys.argv[1:]
    converter = ctranslate2.converters.TransformersConverter(source, low_cpu_mem_usage=True, load_as_float16=False)
    converter.convert(out, quantization=COMPUTE_TYPE, force=True)


if __name__ == "__main__":
    main()
