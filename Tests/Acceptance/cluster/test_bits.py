"""Same request, same bits: whatever the number of stages and threads, and whichever kernels run."""

import pytest

REQUESTS = [
    {"text": "In the beginning God created the heaven and the earth.", "temperature": 0, "max_tokens": 40},
    {"text": "And the LORD spake unto Moses, saying, " * 12, "seed": 7, "max_tokens": 40},
    {"text": "Jesus wept.", "seed": 8, "temperature": 0.7, "top_k": 50, "top_p": 0.9, "min_p": 0.01, "max_tokens": 40},
]


def bits(cluster):
    return [cluster.generate(top_logprobs=5, ignore_end_tokens=True, **request).bits for request in REQUESTS]


@pytest.fixture(scope="module")
def reference(shared_cluster):
    return bits(shared_cluster)


@pytest.mark.parametrize(
    "workers, threads, kernels",
    [
        (1, 1, "automatic"),
        (1, 2, "automatic"),
        (1, 1, "portable"),
        (2, 2, "portable"),
        (4, 1, "automatic"),
        (8, 1, "automatic"),
        (8, 2, "portable"),
    ],
)
def test_bits_do_not_depend_on_how_the_model_is_spread(serve, kjv_int8, reference, workers, threads, kernels):
    arguments = ["--threads", threads, "--kernels", kernels]
    cluster = serve(kjv_int8, workers=workers, arguments=arguments)
    stages = [stage.range for model in cluster.status().models for stage in model.instances[0].stages]
    assert len(stages) == workers
    assert bits(cluster) == reference


def test_bits_do_not_depend_on_when_weights_are_quantized(serve, kjv, reference):
    """The published bf16 checkpoint, quantized while it loads, is the one that `quantize` wrote."""
    assert bits(serve(kjv)) == reference
