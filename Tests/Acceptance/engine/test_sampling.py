"""Bias, penalties and the scores of prompts against numpy, on the engine's own logits or those of transformers."""

import numpy
import pytest
from engine_probe import FIXTURE, GOLDENS

ADJUSTMENTS = [
    dict(repetition_penalty=1.3),
    dict(repetition_penalty=0.8),
    dict(presence_penalty=1.25),
    dict(frequency_penalty=0.7),
    dict(presence_penalty=-0.5, frequency_penalty=-0.1),
    dict(bias="5,4.5,17,-100,300,2.25"),
    dict(repetition_penalty=1.15, presence_penalty=0.3, frequency_penalty=0.45, bias="12,3,262,1.5,1000,-2"),
]


def log_softmax(x):
    x = x.astype(numpy.float64)
    shifted = x - x.max(axis=-1, keepdims=True)
    return shifted - numpy.log(numpy.exp(shifted).sum(axis=-1, keepdims=True))


def adjust(logits, prompt, answer, repetition_penalty=1, presence_penalty=0, frequency_penalty=0, bias=""):
    """In float32, as transformers' RepetitionPenaltyLogitsProcessor and OpenAI's formula for the other two have it."""
    x = logits.astype(numpy.float32).copy()
    numbers = [float(number) for number in bias.split(",") if number]
    for token, value in zip(numbers[::2], numbers[1::2]):
        x[int(token)] += numpy.float32(value)
    held = numpy.unique(numpy.concatenate([prompt, answer]).astype(numpy.int64))
    penalty = numpy.float32(repetition_penalty)
    x[held] = numpy.where(x[held] < 0, x[held] * penalty, x[held] / penalty)
    count = numpy.bincount(answer, minlength=len(x)).astype(numpy.float32)
    x -= numpy.float32(presence_penalty) * (count > 0)
    return x - numpy.float32(frequency_penalty) * count


@pytest.fixture(scope="module")
def prompts():
    golden = numpy.load(GOLDENS / "float32" / "kjv.npz")
    return [golden[f"ids{index}"] for index in range(5)]


@pytest.mark.parametrize("adjustment", ADJUSTMENTS)
@pytest.mark.parametrize("stages", [1, 2])
def test_greedy_after_penalties(probe, prompts, adjustment, stages):
    check_greedy(probe, FIXTURE, prompts, 2048, adjustment, stages)


@pytest.mark.parametrize("penalty", [0.9, 1.2])
def test_penalties_of_negative_logits(probe, penalty):
    """A bias takes every logit under 0."""
    prompt = numpy.load(GOLDENS / "float32" / "grouped-queries" / "golden.npz")["ids"][:50]
    adjustment = dict(repetition_penalty=penalty, bias=",".join(f"{token},-100" for token in range(131)))
    check_greedy(probe, GOLDENS / "float32" / "grouped-queries", [prompt], 131, adjustment)


def check_greedy(probe, model, prompts, vocabulary, adjustment, stages=1):
    """Each token is the largest of the logits that the engine has for the text before it, changed by numpy."""
    seen = probe.generate(model, prompts, 40, stages=stages, **adjustment)
    logits = probe.logits(model, [[*prompt, *ids] for prompt, (ids, _) in zip(prompts, seen)], vocabulary)
    changed, start = 0, 0
    for prompt, (ids, logprobs) in zip(prompts, seen):
        for index, token in enumerate(ids):
            row = logits[start + len(prompt) + index - 1]
            assert token == adjust(row, prompt, ids[:index], **adjustment).argmax()
            assert abs(logprobs[index] - log_softmax(row)[token]) < 1e-5
            changed += token != row.argmax()
        start += len(prompt) + len(ids)
    assert changed > 0


@pytest.mark.parametrize("kernels", ["automatic", "portable"])
def test_scores_are_those_of_transformers(probe, prompts, kernels):
    golden = numpy.load(GOLDENS / "float32" / "kjv.npz")
    seen = probe.generate(FIXTURE, prompts, 1, precision="float32", prompt_logprobs=0, kernels=kernels)
    for index, (ids, logprobs) in enumerate(seen):
        prompt = prompts[index]
        assert (ids[:-1] == prompt[1:]).all()
        expected = log_softmax(golden[f"logits{index}"])[numpy.arange(len(prompt) - 1), prompt[1:]]
        assert numpy.abs(logprobs[:-1] - expected).max() < 5e-5
