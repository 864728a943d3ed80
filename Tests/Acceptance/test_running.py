"""The harness itself: a test that waits for a process must not pass by accident, nor hang."""

import signal
import sys

import pytest

LATE = "import time; print('loading', flush=True); time.sleep(0.2); print('ready on x', flush=True); time.sleep(60)"
DEAF = "import signal, time; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"


def python(code):
    return [sys.executable, "-c", code]


def test_waits_for_the_ready_line_and_stops_in_order(start):
    process = start(*python(LATE))
    assert process.wait_ready() == "ready on x"
    assert process.stop() == -signal.SIGTERM


def test_an_end_before_the_ready_line_fails_at_once_with_the_output(start):
    process = start(*python("print('port in use')"))
    with pytest.raises(AssertionError, match="port in use"):
        process.wait_ready()


def test_a_process_that_will_not_end_is_killed_and_reported(start, monkeypatch):
    monkeypatch.setattr("running.STOP_SECONDS_MAX", 1)
    process = start(*python(DEAF))
    process.wait_ready()
    with pytest.raises(AssertionError, match="still ran"):
        process.stop()
    assert process.process.returncode == -signal.SIGKILL


def test_output_beyond_a_pipe_does_not_stop_the_process(start):
    process = start(*python("for _ in range(1000): print('y' * 1000)\nprint('ready')"))
    process.wait_ready()
    assert process.process.wait(30) == 0
