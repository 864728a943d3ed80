"""A real cluster: `octavo serve` with real workers, talked to by Python's grpcio through stubs made from proto/."""

import re

import pytest

from cluster import Cluster


@pytest.fixture
def serve(start, octavo):
    """serve(model, workers=2, ...): a Cluster that is ready; further words are arguments of `octavo serve`."""

    def run(*models, workers=2, arguments=()):
        process = start(octavo, "serve", *models, "--workers", workers, "--port", 0, *arguments)
        ready = process.wait_ready()
        return Cluster(process, re.search(r" on (\S+:\d+),", ready).group(1))

    return run


@pytest.fixture(scope="module")
def shared_cluster(octavo, kjv_int8):
    """One cluster of two workers for every test of a module that leaves it as it found it."""
    from running import Running

    process = Running([octavo, "serve", kjv_int8, "--workers", 2, "--port", 0])
    try:
        ready = process.wait_ready()
        yield Cluster(process, re.search(r" on (\S+:\d+),", ready).group(1))
    finally:
        process.stop()
