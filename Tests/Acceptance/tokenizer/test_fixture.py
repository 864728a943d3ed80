"""The fixture's tokenizer: ids and text equal to those of `tokenizers`."""

import random

import pytest
from mixed_text import mixed_texts
from tokenizers import Tokenizer


@pytest.fixture(scope="module")
def theirs(kjv_path):
    return Tokenizer.from_file(kjv_path)


@pytest.fixture(scope="module")
def ours(probe, kjv_path):
    return probe(kjv_path)


def assert_equal_ids(theirs, ours, texts):
    for special, mode in [(True, "encode"), (False, "encode-plain")]:
        for text, ids in zip(texts, ours.run(mode, texts)):
            expected = theirs.encode(text, add_special_tokens=special).ids
            assert ids == expected, (text[:200], theirs.encode(text, add_special_tokens=special).tokens[:40])


def test_golden_prompts(ours, kjv_prompts):
    assert len(kjv_prompts) == 5
    assert ours.run("encode", [p["prompt"] for p in kjv_prompts]) == [p["ids"] for p in kjv_prompts]


def test_held_out_lines(theirs, ours, kjv_lines):
    assert_equal_ids(theirs, ours, kjv_lines + ["\n".join(kjv_lines)])


def test_a_megabyte_of_mixed_text(theirs, ours):
    texts = mixed_texts(seed=20, bytes_min=1_000_000)
    assert_equal_ids(theirs, ours, texts + ["", "".join(texts)])


def test_one_character_again_and_again(theirs, ours):
    assert_equal_ids(theirs, ours, [c * 70_000 for c in "a \n!1é日\u0301"] + ["ee" * 999, "thethe" * 5_000])


def test_decode_of_their_ids(theirs, ours):
    texts = mixed_texts(seed=21, bytes_min=100_000)
    ids = [theirs.encode(text).ids for text in texts]
    assert ours.run("decode-all", ids) == [theirs.decode(i, skip_special_tokens=False) for i in ids]
    assert ours.run("decode", ids) == [theirs.decode(i) for i in ids]


def test_decode_and_stream_of_random_ids(theirs, ours):
    rng = random.Random(22)
    count = theirs.get_vocab_size()
    lists = [[rng.randrange(count) for _ in range(rng.randint(0, 60))] for _ in range(500)]
    # Ids of single bytes, most of which make no character together.
    lists += [[rng.randrange(258) for _ in range(rng.randint(0, 60))] for _ in range(500)]
    texts = [theirs.decode(ids) for ids in lists]
    assert ours.run("decode", lists) == texts
    assert ours.run("decode-all", lists) == [theirs.decode(ids, skip_special_tokens=False) for ids in lists]
    assert ["".join(pieces) for pieces in ours.run("stream", lists)] == texts


def test_round_trip(ours):
    texts = [text for text in mixed_texts(seed=23, bytes_min=100_000) if "<|" not in text]
    assert ours.run("decode-all", ours.run("encode-plain", texts)) == texts


def test_an_id_past_the_vocabulary_is_refused(theirs, ours):
    [answer] = ours.run("decode", [[3, theirs.get_vocab_size()]])
    assert answer["error"].startswith("INVALID_ARGUMENT: token id is 2048")
