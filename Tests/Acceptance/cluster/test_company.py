"""Many requests at once: each gets the bits it would have had alone, whatever shares its microbatches and its pages."""

import json
import random
import subprocess
import threading

import pytest
from octavo.v1 import inference_pb2

TEXT = "And it came to pass in those days that there went out a decree from the king, and the people were afraid"
# Enough for a prompt and its answer, far too little for all of them at once.
CROWDED = ["--max-sequences", 12, "--kv-tokens", 1_024]


def requests(number):
    """Long and short ones, greedy and drawn, with prefixes in common."""
    choose = random.Random(11)
    made = []
    for index in range(number):
        words = TEXT.split()
        cut = choose.choice([4, 8, len(words)])
        made.append({
            "text": " ".join(words[:cut] + choose.sample(words, 5)), "seed": index,
            "temperature": choose.choice([0, 0.8]), "max_tokens": choose.choice([1, 9, 60, 200]),
            "ignore_end_tokens": True, "top_logprobs": 2,
            "priority": choose.choice([-1, 0, 0, 3]),
            "frequency_penalty": choose.choice([0, 0, 0.4]),
        })
    return made


def together(cluster, wanted):
    """The bits of all answers, asked for at the same time."""
    answers = [None] * len(wanted)

    def ask(index):
        answers[index] = cluster.generate(**wanted[index]).bits

    threads = [threading.Thread(target=ask, args=(index,)) for index in range(len(wanted))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture(scope="module")
def alone(shared_cluster):
    return [shared_cluster.generate(**request).bits for request in requests(40)]


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_company_changes_no_bit(serve, kjv_int8, alone, workers):
    cluster = serve(kjv_int8, workers=workers, arguments=CROWDED)
    assert together(cluster, requests(40)) == alone
    cluster.eventually(lambda: cluster.sequences_open() == 0, "the end of all sequences")


def test_shared_prefixes_are_computed_once(serve, kjv_int8):
    cluster = serve(kjv_int8)
    prompt = " ".join([TEXT] * 4)
    first = cluster.generate(text=prompt, max_tokens=4, temperature=0, top_logprobs=1)
    again = cluster.generate(text=prompt, max_tokens=4, temperature=0, top_logprobs=1)
    usage = [answer.parts[-1].finish.usage for answer in (first, again)]
    assert usage[0].cached_tokens == 0
    assert 0 <= usage[1].prompt_tokens - usage[1].cached_tokens <= 16
    assert again.bits == first.bits


def test_tenants_share_no_prefix(serve, kjv_int8):
    cluster = serve(kjv_int8)

    def cached(tenant):
        stream = cluster.inference.Generate(
            inference_pb2.GenerateRequest(text=" ".join([TEXT] * 2), max_tokens=2, temperature=0), timeout=60,
            metadata=[("octavo-tenant", tenant)])
        return list(stream)[-1].finish.usage.cached_tokens

    assert cached("one") == 0
    assert cached("other") == 0
    assert cached("one") > 0


def test_continuations_share_their_prompt(serve, kjv_int8):
    cluster = serve(kjv_int8)
    request = {"text": TEXT, "seed": 5, "max_tokens": 12, "ignore_end_tokens": True, "top_logprobs": 0}

    def answers(number):
        found = {}
        finishes = []
        for part in cluster.stream(**request, continuations=number):
            found.setdefault(part.continuation, []).extend(
                (entry.token.id, entry.token.logprob) for entry in part.logprobs)
            if part.HasField("finish"):
                finishes.append((part.continuation, part.finish.usage))
        return found, dict(finishes)

    three, usage = answers(3)
    assert sorted(three) == [0, 1, 2] == sorted(usage)
    assert all(len(tokens) == 12 for tokens in three.values())
    assert len({tuple(tokens) for tokens in three.values()}) == 3
    assert usage[1].cached_tokens > 0
    one, _ = answers(1)
    assert one[0] == three[0]


def test_prompts_are_scored(shared_cluster):
    """A text that was generated greedily has the logprobs that it was generated with."""
    answer = shared_cluster.generate(text=TEXT, max_tokens=20, temperature=0, top_logprobs=2, ignore_end_tokens=True)
    prompt = shared_cluster.inference.Tokenize(inference_pb2.TokenizeRequest(text=TEXT)).ids
    whole = [*prompt, *answer.ids]
    scored = shared_cluster.generate(ids={"ids": whole}, max_tokens=1, temperature=0, prompt_logprobs=2)
    entries = [entry for part in scored.parts for entry in part.prompt_logprobs]
    assert [entry.token.id for entry in entries] == whole[1:]
    bits = [(e.token.id, e.token.logprob, [(o.id, o.logprob) for o in e.top]) for e in entries]
    assert bits[-len(answer.ids):] == answer.bits


def test_bias_forces_and_forbids(shared_cluster):
    forced = shared_cluster.generate(
        text=TEXT, max_tokens=5, temperature=0, ignore_end_tokens=True, logit_bias=[{"id": 77, "bias": 100}])
    assert forced.ids == [77] * 5
    free = shared_cluster.generate(text=TEXT, max_tokens=5, temperature=0, ignore_end_tokens=True)
    without = shared_cluster.generate(
        text=TEXT, max_tokens=1, temperature=0, ignore_end_tokens=True, logit_bias=[{"id": free.ids[0], "bias": -100}])
    assert without.ids != free.ids[:1]


def test_penalties_end_repetition(shared_cluster):
    request = {"text": "and the and the and the", "max_tokens": 120, "temperature": 0, "ignore_end_tokens": True}
    plain = shared_cluster.generate(**request).ids
    penalized = shared_cluster.generate(**request, frequency_penalty=2.0, repetition_penalty=1.5).ids
    assert len(set(penalized)) > len(set(plain))


def ask(octavo, cluster, *options):
    """What `octavo generate` prints, as an object."""
    words = [octavo, "generate", TEXT, "--router", cluster.address, "--max-tokens", 4, "--temperature", 0,
             "--ignore-end-tokens", "--json", *options]
    ran = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_the_command_line_says_all_of_it(octavo, shared_cluster):
    plain = ask(octavo, shared_cluster)
    assert ask(octavo, shared_cluster, "--logit-bias", "77=100")["ids"] == [77] * 4
    several = ask(octavo, shared_cluster, "--continuations", 2, "--tenant", "someone", "--priority=-3")
    assert [continuation["ids"] for continuation in several["continuations"]] == [plain["ids"]] * 2
    scored = ask(octavo, shared_cluster, "--prompt-logprobs", 1)
    assert len(scored["promptLogprobs"]) == scored["usage"]["promptTokens"] - 1
    assert scored["ids"] == plain["ids"]
    penalized = ask(octavo, shared_cluster, "--max-tokens", 60, "--frequency-penalty", 2, "--repetition-penalty", 1.5)
    assert len(set(penalized["ids"])) > len(set(ask(octavo, shared_cluster, "--max-tokens", 60)["ids"]))


@pytest.mark.parametrize(
    "options", [["--logit-bias", "77"], ["--logit-bias", "x=1"], ["--tenant", ""], ["--continuations", "-1"]])
def test_bad_options_are_one_line(octavo, shared_cluster, options):
    words = [octavo, "generate", TEXT, "--router", shared_cluster.address, *options]
    ran = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 64
    assert options[0] in ran.stderr or options[0].strip("-") in ran.stderr, ran.stderr
