"""OpenVINO GenAI at the works of the benchmark: one JSON object on standard output (probe.py says which).

`--pipeline continuous` is ContinuousBatchingPipeline with paged attention, `--pipeline sdpa` is LLMPipeline with
scaled dot product attention. Both with full precision between the matrices and activations quantized in groups of 128:
the best settings found, not the defaults.
"""

import json
import time
from pathlib import Path

import numpy
import openvino
import openvino_genai
import probe
from work import TOKENS_MAX

PROPERTIES = {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": "128"}
BLOCK_TOKENS = 32  # of the paged cache on a CPU


def generation(work):
    """Greedy, exactly as many tokens as the work says."""
    config = openvino_genai.GenerationConfig()
    config.max_new_tokens = config.min_new_tokens = work.generated
    config.ignore_eos = True
    config.do_sample = False
    config.apply_chat_template = False
    return config


def load_continuous(model, properties, vocabulary):
    scheduler = openvino_genai.SchedulerConfig()
    # Room for the largest batch and no more, because the cache counts as resident memory.
    scheduler.num_kv_blocks = 2 * TOKENS_MAX // BLOCK_TOKENS
    scheduler.max_num_batched_tokens = TOKENS_MAX
    scheduler.enable_prefix_caching = False
    scheduler.dynamic_split_fuse = True
    pipeline = openvino_genai.ContinuousBatchingPipeline(model, scheduler, "CPU", properties)

    def run(work):
        inputs = [openvino.Tensor(numpy.array([ids], numpy.int64)) for ids in probe.prompts(work, vocabulary)]
        began = time.perf_counter()
        handles = [pipeline.add_request(index, ids, generation(work)) for index, ids in enumerate(inputs)]
        steps = []
        while pipeline.has_non_finished_requests():
            pipeline.step()
            steps.append(time.perf_counter())
        counts = [sum(len(output.generated_ids) for output in handle.read_all()) for handle in handles]
        assert counts == [work.generated] * work.batch, counts
        # The last steps generate; what came before them is the prompts' own.
        return probe.Timed(work, began, steps[-work.generated], steps[-1])

    return run


def load_sdpa(model, properties, vocabulary):
    pipeline = openvino_genai.LLMPipeline(model, "CPU", ATTENTION_BACKEND="SDPA", **properties)

    def run(work):
        ids = numpy.array(probe.prompts(work, vocabulary), numpy.int64)
        inputs = openvino_genai.TokenizedInputs(openvino.Tensor(ids), openvino.Tensor(numpy.ones_like(ids)))
        began = time.perf_counter()
        result = pipeline.generate(inputs, generation(work))
        ended = time.perf_counter()
        counts = [len(tokens) for tokens in result.tokens]
        assert counts == [work.generated] * work.batch, counts
        return probe.Timed(work, began, began + result.perf_metrics.get_ttft().mean / 1e3, ended)

    return run


def load(arguments):
    vocabulary = json.loads((Path(arguments.model) / "config.json").read_text())["vocab_size"]
    properties = {"INFERENCE_NUM_THREADS": arguments.threads, **PROPERTIES}
    make = {"continuous": load_continuous, "sdpa": load_sdpa}[arguments.pipeline]
    return make(arguments.model, properties, vocabulary)


if __name__ == "__main__":
    probe.main(load)
