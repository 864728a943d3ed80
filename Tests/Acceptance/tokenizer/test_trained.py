"""Tokenizers trained here, in every supported combination of options."""

import json
import random

import pytest
from mixed_text import MARKS, OLD_MARKS, mixed_texts
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace("{1,3}", "")
GPT4O = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
DEEPSEEK = [
    r"\p{N}{1,3}", "[一-龥\u3040-ゟ゠-ヿ]+",
    r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"]
# Possessive and lazy repetition, negation in both spellings, classes of digits, matches of nothing.
ODD = [r"\p{Lu}?+\p{Ll}++|\d{2,}|\D??\d|\P{L}{2}|\p{^N}\S*?(?=\s)", r"\s*|x*"]


def byte_level(**options):
    return pre_tokenizers.ByteLevel(**{"add_prefix_space": False, "use_regex": False, **options})


def splits(*patterns, **options):
    steps = [pre_tokenizers.Split(Regex(pattern), "isolated") for pattern in patterns]
    return pre_tokenizers.Sequence([*steps, byte_level(**options)])


CASES = {
    "gpt2": {"pre_tokenizer": byte_level(use_regex=True)},
    "gpt2-prefix-space": {"pre_tokenizer": byte_level(use_regex=True, add_prefix_space=True)},
    "one-word": {"pre_tokenizer": byte_level()},
    "llama3-ignore-merges": {"pre_tokenizer": splits(LLAMA3), "ignore_merges": True},
    "qwen2": {"pre_tokenizer": splits(QWEN2), "normalizer": normalizers.NFC()},
    "qwen2-nfc-sequence": {"pre_tokenizer": splits(QWEN2), "normalizer": normalizers.Sequence([normalizers.NFC()])},
    "gpt4o": {"pre_tokenizer": splits(GPT4O)},
    "deepseek": {"pre_tokenizer": splits(*DEEPSEEK)},
    "split-prefix-space-regex": {"pre_tokenizer": splits(r"\p{N}{3}", add_prefix_space=True, use_regex=True)},
    "odd": {"pre_tokenizer": splits(*ODD)},
    "bytes-missing": {"pre_tokenizer": splits(QWEN2), "alphabet": ["a", "b", "e", "Ġ", "Ã", "©", "t", "h"]},
}
ADDED = [
    AddedToken("<s>", special=True, normalized=False),
    AddedToken("<pad>", special=True, normalized=True),
    AddedToken("<mask>", special=True, normalized=False, lstrip=True),
    AddedToken("<word>", special=False, normalized=False, single_word=True),
    AddedToken("word", special=False, normalized=True, single_word=True),
    AddedToken("<both>", special=False, normalized=False, lstrip=True, rstrip=True),
    AddedToken("Å", special=False, normalized=True, rstrip=True),
    AddedToken("<n>", special=False, normalized=False),
    AddedToken("<nn", special=False, normalized=False),
    AddedToken("<nn>", special=False, normalized=False),
    AddedToken("\t", special=False, normalized=False, rstrip=True),
]


def train(case, corpus):
    tokenizer = Tokenizer(models.BPE(ignore_merges=case.get("ignore_merges", False)))
    tokenizer.pre_tokenizer = case["pre_tokenizer"]
    if "normalizer" in case:
        tokenizer.normalizer = case["normalizer"]
    alphabet = case.get("alphabet", pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=1_500, show_progress=False, initial_alphabet=alphabet, limit_alphabet=len(alphabet),
        special_tokens=["<|begin_of_text|>", "<|end_of_text|>"])
    tokenizer.train_from_iterator(corpus, trainer)
    tokenizer.add_tokens(ADDED)
    tokenizer.decoder = decoders.ByteLevel()
    begin, end = (tokenizer.token_to_id(token) for token in ["<|begin_of_text|>", "<|end_of_text|>"])
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(
            single="<|begin_of_text|> $A <|end_of_text|>",
            special_tokens=[("<|begin_of_text|>", begin), ("<|end_of_text|>", end)])])
    return tokenizer


@pytest.fixture(scope="module", params=CASES)
def trained(request, tmp_path_factory, kjv_lines, probe):
    normalizes = "normalizer" in CASES[request.param]
    texts = mixed_texts(seed=30, bytes_min=150_000, marks=OLD_MARKS if normalizes else MARKS)
    theirs = train(CASES[request.param], kjv_lines[:8] + texts[:200] + ["a" * 90, "to be or not to be"] * 9)
    path = tmp_path_factory.mktemp(request.param) / "tokenizer.json"
    theirs.save(str(path))
    return theirs, probe(str(path)), texts + kjv_lines[8:]


def test_ids_are_equal(trained):
    theirs, ours, texts = trained
    for special, mode in [(True, "encode"), (False, "encode-plain")]:
        for text, ids in zip(texts, ours.run(mode, texts)):
            encoding = theirs.encode(text, add_special_tokens=special)
            assert ids == encoding.ids, (text[:200], encoding.tokens[:40])


def test_long_words_are_equal(trained):
    theirs, ours, _ = trained
    rng = random.Random(31)
    texts = ["".join(rng.choice(letters) for _ in range(length)) for letters in ["a", "ab", "the", "toberna "]
             for length in [63, 64, 65, 66, 130, 3_000]]
    assert ours.run("encode", texts) == [theirs.encode(text).ids for text in texts]


def test_decoding_is_equal(trained):
    theirs, ours, texts = trained
    rng = random.Random(32)
    lists = [theirs.encode(text).ids for text in texts[:200]]
    lists += [[rng.randrange(theirs.get_vocab_size()) for _ in range(40)] for _ in range(200)]
    expected = [theirs.decode(ids) for ids in lists]
    assert ours.run("decode", lists) == expected
    assert ["".join(pieces) for pieces in ours.run("stream", lists)] == expected
    assert ours.run("decode-all", lists) == [theirs.decode(ids, skip_special_tokens=False) for ids in lists]


def test_merges_as_strings_mean_the_same(trained, tmp_path, probe):
    _, ours, texts = trained
    with open(ours.path, encoding="utf-8") as file:
        content = json.load(file)
    content["model"]["merges"] = [" ".join(pair) for pair in content["model"]["merges"]]
    older = tmp_path / "tokenizer.json"
    older.write_text(json.dumps(content), encoding="utf-8")
    assert probe(str(older)).run("encode", texts[:100]) == ours.run("encode", texts[:100])
