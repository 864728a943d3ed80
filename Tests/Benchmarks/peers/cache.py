"""What is installed, built and converted stays in .build/peers, which git ignores; a run resumes from there.

A step is done once for its recipe: the words that say what it makes from what. It is done again when the recipe
changes, or when it was interrupted. The recipe of what carries absolute paths, such as an environment, names its
folder: a moved repository makes it again.
"""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CACHE = ROOT / ".build/peers"
WHEELS = Path("/opt/wheels")
TORCH = "2.13.0"
# Nothing here may fetch a model, ask the user or report home.
OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "TOKENIZERS_PARALLELISM": "false"}


class Unavailable(Exception):
    """A peer that cannot be measured here: one line that says why."""


def step(title, folder, recipe, make):
    """Fills `folder` with `make(folder)` unless it already holds what `recipe` says. A half-made folder is removed."""
    stamp = folder / "recipe"
    wanted = hashlib.sha256("\n".join(map(str, recipe)).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(title)
    began = time.monotonic()
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    make(folder)
    stamp.write_text(wanted)
    say(f"{title}: done in {time.monotonic() - began:.0f} s")


def run(log, *command, environment=None):
    """Runs a command with its output at the end of a file; where it fails, the line that says why and the file."""
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [str(word) for word in command]
    with log.open("a", encoding="utf-8") as output:
        output.write(f"$ {' '.join(command)}\n")
        output.flush()
        try:
            finished = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                env={**os.environ, **OFFLINE, **(environment or {})})
        except OSError as error:
            raise Unavailable(f"{command[0]} does not start: {error.strerror}") from error
    if finished.returncode != 0:
        raise Unavailable(f"{Path(command[0]).name} failed ({reason(log)}); see {shown(log)}")


def reason(log):
    """The line of a log most likely to say what went wrong: the last that names an error, or the last at all."""
    lines = [line.strip() for line in log.read_text("utf-8", errors="replace").splitlines() if line.strip()]
    lines = lines[max(index for index, line in enumerate(lines) if line.startswith("$ ")) + 1 :]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["no output"])[-1][:200]


def environment(name, requirements, unwanted=()):
    """A virtual environment of its own with these packages, less the unwanted; the path of its interpreter."""
    folder = CACHE / name / "venv"
    python = folder / "bin/python"
    log = CACHE / name / "install.log"
    pip = [python, "-m", "pip", "--disable-pip-version-check"]

    def make(folder):
        run(log, sys.executable, "-m", "venv", folder)
        run(log, *pip, "install", "--progress-bar", "off", *links(), *requirements)
        if unwanted:
            run(log, *pip, "uninstall", "--yes", *unwanted)

    step(f"{name}: install {' '.join(requirements)}", folder,
         [folder, sys.version, *requirements, *unwanted], make)
    return python


def torch_requirement():
    """The processor's own build of torch where a wheel of it lies here, PyPI's (which brings CUDA along) elsewhere."""
    tag = f"cp{sys.version_info.major}{sys.version_info.minor}"
    has_wheel = any(WHEELS.glob(f"torch-{TORCH}+cpu-{tag}-*{platform.machine()}.whl"))
    return f"torch=={TORCH}+cpu" if has_wheel else f"torch=={TORCH}"


def links():
    return ["--find-links", WHEELS] if WHEELS.is_dir() else []


def versions(python, packages):
    """The installed versions of packages, by name."""
    code = "import importlib.metadata as m, sys; print(*(m.version(name) for name in sys.argv[1:]))"
    found = subprocess.run([python, "-c", code, *packages], capture_output=True, text=True, check=True).stdout.split()
    return dict(zip(packages, found))


def claim():
    """Makes the cache this process's alone until it ends; another run would spoil both its steps and its figures."""
    CACHE.mkdir(parents=True, exist_ok=True)
    lock = os.open(CACHE / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"bench-peers: another run works in {shown(CACHE)}: wait until it has ended")
    say(f"what is installed, built and converted stays in {shown(CACHE)}, with a log for each step")


def warm(path):
    """Reads a file, or all files of a folder, so that the page cache holds them."""
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            with file.open("rb") as stream:
                while stream.read(1 << 22):
                    pass


def say(line):
    print(f"peers: {line}", flush=True)


def shown(path):
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
