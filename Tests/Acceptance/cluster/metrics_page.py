"""The endpoint of a served cluster, asked over plain sockets as well as over HTTP."""

import re
import socket
import urllib.error
import urllib.request

ANSWER_SECONDS_MAX = 30
SAMPLE = re.compile(r'^([a-z_:][a-z0-9_:]*)(\{.*\})? (\S+)$')


class MetricsPage:
    """`http://HOST:PORT/metrics`, found in what a cluster prints."""

    def __init__(self, process):
        found = process.wait_for(r"metrics on (http://(\S+):(\d+))/metrics$")
        self.url, self.host, self.port = found.group(1), found.group(2), int(found.group(3))

    def get(self, path, method="GET"):
        """(status, headers, text), whatever the status."""
        request = urllib.request.Request(self.url + path, method=method)
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS_MAX) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read().decode()

    def text(self):
        status, _, text = self.get("/metrics")
        assert status == 200
        return text

    def names(self):
        """The names of all samples on the page."""
        lines = [line for line in self.text().splitlines() if not line.startswith("#")]
        return {SAMPLE.match(line).group(1) for line in lines}

    def connect(self, data=b""):
        """A connection that has sent `data` and read nothing."""
        connection = socket.create_connection((self.host, self.port), timeout=ANSWER_SECONDS_MAX)
        connection.sendall(data)
        return connection

    def flood(self):
        """A connection that asks until it is no longer heard, and reads nothing."""
        connection = self.connect()
        connection.settimeout(1)
        try:
            while True:
                connection.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 1_000)
        except (TimeoutError, ConnectionError):
            connection.settimeout(ANSWER_SECONDS_MAX)
        return connection


def is_closed(connection):
    """Waits for the other side to end the connection; whatever it sent before is skipped."""
    try:
        while connection.recv(1 << 16):
            pass
    except ConnectionError:
        pass
    return True
