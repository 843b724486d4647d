"""A Ray cluster of this machine for the tests, as a user starts one: `ray start --head`, on loopback."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0", "RAY_AUTH_MODE": "disabled"}
LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
"""Ray's own way to stay on 127.0.0.1, which it would else replace by the address of the machine."""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def environment(*before: Path) -> dict[str, str]:
    """Return an environment in which Python finds this package, and before it what is in other folders."""
    return {**os.environ, **QUIET, **LOOPBACK, "PYTHONPATH": os.pathsep.join(map(str, [*before, ROOT]))}


def altered(folder: Path, program: str) -> Path:
    """Return a folder that, in the PYTHONPATH, makes each Python process run a program at its start."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(program, encoding="utf-8")
    return folder


@contextmanager
def cluster(*before: Path, gpus: int = 0) -> Iterator[str]:
    """Run a cluster of two processors, and what GPUs it is told to have; yields its address."""
    address = f"127.0.0.1:{free_port()}"
    ray = Path(sys.executable).with_name("ray")
    options = [
        "--node-ip-address=127.0.0.1",
        "--num-cpus=2",
        f"--num-gpus={gpus}",
        "--include-dashboard=false",
        "--object-store-memory=200000000",
    ]
    with (
        tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as folder,
        subprocess.Popen(
            [str(ray), "start", "--head", "--block", f"--port={address[10:]}", f"--temp-dir={folder}", *options],
            env=environment(*before), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        ) as head,
    ):  # fmt: skip
        assert head.stdout is not None
        said = ""
        for line in head.stdout:
            said += line
            if "Ray runtime started" in line:
                break
        else:
            raise AssertionError(said)
        try:
            yield address
        finally:
            stop(head.pid)


def stop(pid: int) -> None:
    """Kill a process with all that it started."""
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for process in family:
        try:
            process.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(family, 10)


def workers(pid: int) -> list[psutil.Process]:
    """Return the processes below one in which Ray workers do something."""
    found = []
    for process in psutil.Process(pid).children(recursive=True):
        try:
            if "Hand" in " ".join(process.cmdline()):
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found
