"""CTranslate2 at the works of the benchmark: one JSON object on standard output (probe.py says which)."""

import json
import time
from pathlib import Path

import ctranslate2
import probe

COMPUTE_TYPE = "int8_float32"


def load(arguments):
    # The engine takes tokens by their text.
    texts = json.loads((Path(arguments.model) / "vocabulary.json").read_text("utf-8"))
    generator = ctranslate2.Generator(
        arguments.model, device="cpu", compute_type=COMPUTE_TYPE, inter_threads=1, intra_threads=arguments.threads)
    assert generator.compute_type == COMPUTE_TYPE, generator.compute_type

    def run(work):
        prompts = [[texts[index] for index in ids] for ids in probe.prompts(work, len(texts))]
        times = []

        def on_token(_):
            times.append(time.perf_counter())
            return False

        began = time.perf_counter()
        results = generator.generate_batch(
            prompts, max_batch_size=0, beam_size=1, sampling_topk=1, max_length=work.generated,
            min_length=work.generated, include_prompt_in_result=False, callback=on_token)
        counts = [len(result.sequences_ids[0]) for result in results]
        assert counts == [work.generated] * work.batch, counts
        assert len(times) == work.batch * work.generated, len(times)
        return probe.Timed(work, began, times[work.batch - 1], times[-1])

    return run


if __name__ == "__main__":
    probe.main(load)
