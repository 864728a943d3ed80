"""CTranslate2 with int8 weights and activations, float32 between the matrices."""

from pathlib import Path

from peers.cache import CACHE, environment, run, step, torch_requirement, versions, warm
from peers.side import Side, probed

PACKAGES = {"ctranslate2": "4.8.5", "transformers": "5.5.4"}


class CTranslate2(Side):
    name = "ctranslate2"
    settings = "ct2 converter and Generator, compute_type int8_float32, one replica"

    def __init__(self, threads, checkpoint):
        super().__init__(threads)
        self.checkpoint = checkpoint
        self.python = None
        self.model = None

    def prepare(self, shape):
        pinned = [f"{name}=={version}" for name, version in PACKAGES.items()]
        self.python = environment(self.name, [torch_requirement(), *pinned])
        self.model = CACHE / self.name / shape

        script = Path(__file__).parent / "ctranslate2_convert.py"

        def make(folder):
            run(CACHE / self.name / "convert.log", self.python, script, self.checkpoint(shape), folder)

        step(f"{self.name}: convert {shape}", self.model, [shape, *pinned, script.read_text()], make)

    def measure(self, rows):
        warm(self.model)
        return {"": probed(self.python, "ctranslate2_probe.py", self.model, self.threads, rows)}

    def versions(self):
        return versions(self.python, PACKAGES)
