"""OpenVINO GenAI, at the best settings found rather than its defaults."""

from peers.cache import CACHE, environment, run, step, torch_requirement, versions, warm
from peers.side import Side, probed

PACKAGES = {"openvino-genai": "2026.4.1", "openvino": "2026.4.1", "optimum-intel": "2.2.0", "nncf": "3.4.0",
            "transformers": "5.5.4"}
# The second pipeline is a match for the first at batch 1 only.
PIPELINES = {
    "continuous": ["prefill-512", "decode-b1", "decode-b4", "decode-b16", "resident", "load"],
    "sdpa": ["prefill-512", "decode-b1", "resident", "load"],
}


class OpenVINO(Side):
    name = "openvino"
    settings = (
        "optimum-cli export --weight-format int8; INFERENCE_PRECISION_HINT f32, DYNAMIC_QUANTIZATION_GROUP_SIZE 128; "
        "the better of ContinuousBatchingPipeline (continuous) and, at batch 1, LLMPipeline with SDPA (sdpa)")

    def __init__(self, threads, checkpoint):
        super().__init__(threads)
        self.checkpoint = checkpoint
        self.python = None
        self.model = None

    def prepare(self, shape):
        pinned = [f"{name}=={version}" for name, version in PACKAGES.items()]
        # The torchvision that comes along is built for another torch and fails to import.
        self.python = environment(self.name, [torch_requirement(), *pinned], unwanted=["torchvision"])
        self.model = CACHE / self.name / shape

        def make(folder):
            run(CACHE / self.name / "convert.log", self.python, "-m", "optimum.commands.optimum_cli", "export",
                "openvino", "--model", self.checkpoint(shape), "--task", "text-generation-with-past",
                "--weight-format", "int8", folder)

        step(f"{self.name}: convert {shape}", self.model, [shape, *pinned], make)

    def measure(self, rows):
        warm(self.model)
        figures = {}
        for pipeline, possible in PIPELINES.items():
            wanted = [row for row in rows if row in possible]
            if wanted:
                figures[pipeline] = probed(
                    self.python, "openvino_probe.py", self.model, self.threads, wanted, "--pipeline", pipeline)
        return figures

    def versions(self):
        return versions(self.python, PACKAGES)
