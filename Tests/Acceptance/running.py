"""A process of ours under test: started, waited for by what it says, ended in order."""

import collections
import re
import signal
import socket
import subprocess
import threading

READY_SECONDS_MAX = 60
STOP_SECONDS_MAX = 30
KEPT_LINES_MAX = 1000


def free_port():
    """A port of the loopback interface that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Running:
    """One process. Its output is read all the time, so that a full pipe never stops it."""

    def __init__(self, command, **options):
        self.command = [str(word) for word in command]
        self.lines = collections.deque(maxlen=KEPT_LINES_MAX)
        self.changed = threading.Condition()
        self.ended = False
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", **options,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def wait_for(self, pattern, seconds=READY_SECONDS_MAX):
        """The match of the first line that `pattern` finds; fails when the process ends or time runs out first."""
        wanted = re.compile(pattern)

        def found():
            return next((match for line in self.lines if (match := wanted.search(line))), None)

        with self.changed:
            self.changed.wait_for(lambda: found() or self.ended, timeout=seconds)
            match = found()
        assert match, f"{self}: no line matched {pattern!r} within {seconds} s\n{self.output()}"
        return match

    def wait_ready(self):
        """Waits for the line that says the process serves, and returns it."""
        return self.wait_for(r"^ready\b").string

    def output(self):
        """The last lines of both outputs."""
        with self.changed:
            return "\n".join(self.lines)

    def stop(self, number=signal.SIGTERM):
        """Asks the process to end, and returns its exit status; a process that will not is killed and fails."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"{self}: still ran {STOP_SECONDS_MAX} s after {number!r}\n{self.output()}") from None
        finally:
            self.reader.join(STOP_SECONDS_MAX)
            self.process.stdout.close()

    def __str__(self):
        return " ".join(self.command)
