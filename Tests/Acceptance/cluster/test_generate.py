"""Generate, Tokenize and ListModels as a client meets them."""

import json

import pytest
from google.protobuf import json_format
from octavo.v1 import inference_pb2
from tokenizers import Tokenizer

PROMPT = "And it came to pass in those days"


@pytest.fixture(scope="module")
def tokenizer(kjv):
    return Tokenizer.from_file(str(kjv / "tokenizer.json"))


@pytest.fixture(scope="module")
def prompts(kjv):
    return json.loads((kjv / "golden.json").read_text())["prompts"]


def test_greedy_float32_equals_transformers(serve, kjv, prompts):
    cluster = serve(kjv, arguments=["--precision", "float32"])
    for golden in prompts:
        wanted = golden["greedy_float32"]
        answer = cluster.generate(
            text=golden["prompt"], temperature=0, max_tokens=len(wanted), top_logprobs=10, ignore_end_tokens=True
        )
        assert answer.started.prompt_tokens == len(golden["ids"])
        assert answer.ids == wanted
        first = {entry.id: entry.logprob for entry in answer.logprobs[0].top}
        assert first == pytest.approx(dict(zip(golden["top10_ids"], golden["top10_logprobs"])), abs=1e-4)


def test_text_is_what_the_ids_say(shared_cluster, tokenizer):
    answer = shared_cluster.generate(text=PROMPT, max_tokens=64, seed=3, ignore_end_tokens=True)
    assert len(answer.ids) == 64
    assert answer.text == tokenizer.decode(answer.ids, skip_special_tokens=True)
    assert answer.finish.reason == inference_pb2.FINISH_REASON_LENGTH


def test_half_a_character_is_never_shown(shared_cluster, tokenizer):
    """Ids of single bytes are forced by a prompt that ends amid a character; each part must be valid and whole."""
    answer = shared_cluster.generate(
        text="κόσμε 🌍 " * 8, max_tokens=48, seed=11, temperature=2.5, ignore_end_tokens=True
    )
    assert answer.text == tokenizer.decode(answer.ids, skip_special_tokens=True)


def test_text_and_ids_are_the_same_prompt(shared_cluster, tokenizer):
    ids = tokenizer.encode(PROMPT).ids
    by_text = shared_cluster.generate(text=PROMPT, temperature=0, max_tokens=8, top_logprobs=3)
    by_ids = shared_cluster.generate(
        ids=inference_pb2.TokenIds(ids=ids), temperature=0, max_tokens=8, top_logprobs=3
    )
    assert by_text.bits == by_ids.bits
    without_first = shared_cluster.generate(ids=inference_pb2.TokenIds(ids=ids[1:]), temperature=0, max_tokens=8)
    assert without_first.started.prompt_tokens == len(ids) - 1


def test_a_seed_repeats_and_an_absent_one_is_told(shared_cluster):
    request = {"text": PROMPT, "max_tokens": 24, "ignore_end_tokens": True, "top_logprobs": 0}
    drawn = shared_cluster.generate(**request)
    again = shared_cluster.generate(**request, seed=drawn.started.seed)
    other = shared_cluster.generate(**request, seed=drawn.started.seed ^ 1)
    assert again.bits == drawn.bits
    assert other.ids != drawn.ids


def test_usage_counts(shared_cluster):
    answer = shared_cluster.generate(text=PROMPT, max_tokens=5, ignore_end_tokens=True)
    usage = answer.finish.usage
    assert usage.prompt_tokens == answer.started.prompt_tokens
    assert usage.generated_tokens == len(answer.ids) == 5
    assert usage.prefill_ms > 0 and usage.decode_ms > 0 and usage.queue_ms >= 0


def test_absent_max_tokens_leaves_the_rest_of_the_context(shared_cluster):
    ids = inference_pb2.TokenIds(ids=[5] * 1000)
    answer = shared_cluster.generate(ids=ids, ignore_end_tokens=True, temperature=0)
    assert len(answer.ids) == 24
    assert answer.finish.reason == inference_pb2.FINISH_REASON_LENGTH


def test_stop_string_is_not_returned(shared_cluster):
    free = shared_cluster.generate(text=PROMPT, temperature=0, max_tokens=40, ignore_end_tokens=True)
    for stop in [free.text[7:9], free.text[11:17], free.text[20:21]]:
        stopped = shared_cluster.generate(
            text=PROMPT, temperature=0, max_tokens=40, ignore_end_tokens=True, stop_strings=["never said", stop]
        )
        assert stopped.text == free.text[: free.text.index(stop)]
        assert stopped.finish.reason == inference_pb2.FINISH_REASON_STOP
    shared_cluster.eventually(lambda: shared_cluster.sequences_open() == 0, "the end of stopped sequences")


def test_stop_id_ends_and_is_returned_among_the_ids(shared_cluster, tokenizer):
    free = shared_cluster.generate(text=PROMPT, temperature=0, max_tokens=40)
    stop = free.ids[9]
    end = free.ids.index(stop) + 1
    stopped = shared_cluster.generate(text=PROMPT, temperature=0, max_tokens=40, stop_ids=[stop])
    assert stopped.ids == free.ids[:end]
    assert stopped.text == tokenizer.decode(free.ids[: end - 1])
    assert stopped.finish.reason == inference_pb2.FINISH_REASON_STOP


def test_the_models_end_token_stops_unless_ignored(shared_cluster):
    """The end token is made likely by a long greedy walk over many seeds at a high temperature."""
    for seed in range(40):
        answer = shared_cluster.generate(text="Amen.", seed=seed, max_tokens=60, temperature=1.3)
        if answer.finish.reason == inference_pb2.FINISH_REASON_STOP:
            break
    assert answer.ids[-1] == 1 and 1 not in answer.ids[:-1]
    longer = shared_cluster.generate(text="Amen.", seed=seed, max_tokens=60, temperature=1.3, ignore_end_tokens=True)
    assert len(longer.ids) == 60
    assert longer.ids[: len(answer.ids)] == answer.ids


def test_echo_returns_the_prompt_first(shared_cluster, tokenizer):
    ids = tokenizer.encode(PROMPT).ids
    plain = shared_cluster.generate(text=PROMPT, temperature=0, max_tokens=6)
    echoed = shared_cluster.generate(text=PROMPT, temperature=0, max_tokens=6, echo=True)
    assert echoed.ids == ids + plain.ids
    assert echoed.text == PROMPT + plain.text


def test_logprobs_are_of_the_unmodified_softmax(shared_cluster):
    cold = shared_cluster.generate(text=PROMPT, temperature=0, max_tokens=1, top_logprobs=20)
    hot = shared_cluster.generate(text=PROMPT, temperature=3, top_k=1, max_tokens=1, top_logprobs=20)
    assert cold.bits == hot.bits
    top = cold.logprobs[0].top
    assert len(top) == 20
    assert [entry.logprob for entry in top] == sorted((entry.logprob for entry in top), reverse=True)
    assert cold.logprobs[0].token == top[0]


def test_filters_keep_only_what_they_should(shared_cluster):
    top = shared_cluster.generate(text=PROMPT, temperature=0, max_tokens=1, top_logprobs=20).logprobs[0].top
    best = [entry.id for entry in top]
    for seed in range(30):
        sampled = shared_cluster.generate(text=PROMPT, seed=seed, top_k=3, max_tokens=1, temperature=5)
        assert sampled.ids[0] in best[:3]
        assert shared_cluster.generate(text=PROMPT, seed=seed, top_p=1e-6, max_tokens=1).ids == best[:1]
        assert shared_cluster.generate(text=PROMPT, seed=seed, min_p=1, max_tokens=1).ids == best[:1]


def test_tokenize(shared_cluster, prompts):
    for golden in prompts:
        request = inference_pb2.TokenizeRequest(text=golden["prompt"])
        assert list(shared_cluster.inference.Tokenize(request).ids) == golden["ids"]
        request.without_special_tokens = True
        assert list(shared_cluster.inference.Tokenize(request).ids) == golden["ids"][1:]


def test_list_models(shared_cluster):
    (model,) = shared_cluster.inference.ListModels(inference_pb2.ListModelsRequest()).models
    assert json_format.MessageToDict(model) | {"digest": ""} == {
        "name": "kjv-int8",
        "ready": True,
        "contextLength": 1024,
        "vocabularySize": 2048,
        "digest": "",
        "configuration": {"precision": "int8", "head": "int8", "keyValue": "float16", "wire": "exact"},
    }
    assert len(model.digest) == 64


def test_many_requests_at_once_get_what_each_would_alone(shared_cluster):
    requests = [
        {"text": text, "seed": seed, "max_tokens": 20 + seed, "top_logprobs": 2}
        for seed, text in enumerate([PROMPT, "The LORD is my shepherd", "Blessed are", "In the beginning"] * 5)
    ]
    alone = [shared_cluster.generate(**request).bits for request in requests]
    streams = [shared_cluster.stream(**request) for request in requests]
    together = [[(e.token.id, e.token.logprob, [(o.id, o.logprob) for o in e.top])
                 for part in stream for e in part.logprobs] for stream in streams]
    assert together == alone
