"""The metrics as a real Prometheus takes them: Debian's package, beside a served cluster."""

import json
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from metrics_page import MetricsPage
from running import free_port

SCRAPE_SECONDS_MAX = 60
# What Prometheus adds to each target's own samples.
OWN = {"up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling",
       "scrape_series_added"}
# What promtool finds and we keep, with the reason.
EXPLAINED = {
    'octavo_iteration_tokens_total non-counter metrics should not have "_total" suffix': "the name that vLLM gave it",
}


def program(name):
    found = shutil.which(name)
    assert found, f"{name} is missing: .ci/install-debian.sh test"
    return found


class Prometheus:
    """A server that scrapes one target, and its HTTP API."""

    def __init__(self, start, folder, target):
        config = folder / "prometheus.yml"
        config.write_text(
            "global: {scrape_interval: 2s, scrape_timeout: 2s}\n"
            f"scrape_configs:\n  - job_name: octavo\n    static_configs: [{{targets: ['{target}']}}]\n"
        )
        address = f"127.0.0.1:{free_port()}"
        self.url = f"http://{address}/api/v1"
        self.process = start(
            program("prometheus"), f"--config.file={config}", f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address={address}", "--log.level=warn",
        )

    def ask(self, path, **parameters):
        """The data of an answer; None while the server does not answer."""
        query = urllib.parse.urlencode(parameters)
        try:
            with urllib.request.urlopen(f"{self.url}/{path}?{query}", timeout=10) as answer:
                return json.load(answer)["data"]
        except (urllib.error.URLError, ConnectionError):
            return None

    def wait_up(self):
        """Waits until the target answers, and returns it."""
        deadline = time.monotonic() + SCRAPE_SECONDS_MAX
        while True:
            targets = (self.ask("targets") or {}).get("activeTargets", [])
            if targets and targets[0]["health"] == "up":
                return targets[0]
            assert time.monotonic() < deadline, f"the target is not up: {targets}\n{self.process.output()}"
            time.sleep(0.1)

    def query(self, expression):
        return self.ask("query", query=expression)["result"]


@pytest.fixture
def served(serve, kjv_int8):
    cluster = serve(kjv_int8, arguments=["--metrics-port", 0])
    cluster.generate(text="And it came to pass", seed=1, max_tokens=20)
    return cluster


def test_prometheus_scrapes_every_sample(served, start, tmp_path):
    page = MetricsPage(served.process)
    prometheus = Prometheus(start, tmp_path, f"{page.host}:{page.port}")
    target = prometheus.wait_up()
    assert target["lastError"] == ""
    series = prometheus.query('{job="octavo"}')
    assert {entry["metric"]["__name__"] for entry in series} - OWN == page.names()
    resident = prometheus.query('process_resident_memory_bytes{job="octavo"}')
    assert len(resident) == 1 and float(resident[0]["value"][1]) > 1e6
    assert prometheus.query("octavo_build_info")[0]["metric"]["version"]
    # None of our labels is one that Prometheus sets on the target itself.
    assert not any(label.startswith("exported_") for entry in series for label in entry["metric"])


def test_promtool_finds_nothing_unexplained(served):
    page = MetricsPage(served.process)
    ran = subprocess.run(
        [program("promtool"), "check", "metrics"], input=page.text(), capture_output=True, text=True, timeout=60
    )
    found = set((ran.stdout + ran.stderr).splitlines())
    assert found <= set(EXPLAINED), found
    assert ran.returncode == (3 if found else 0)
