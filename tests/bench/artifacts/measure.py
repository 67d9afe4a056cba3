"""Keeps and reads one large file by each store, each time in a new process, and tells its memory."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import s3fs

from tests.bench.errors import BenchError

PATIENCE = 60.0
BLOCK = 1 << 20
SECRETS = {"key": "k", "secret": "hush"}


@dataclass(frozen=True)
class Kept:
    """One artifact's way.

    Attributes:
        store: What kept it: `file` or `s3`.
        act: `kept` or `read`.
        seconds: What it took.
        before: Largest memory of the process before it, in MiB.
        peak: The same at its end.
    """

    store: str
    act: str
    seconds: float
    before: float
    peak: float

    @property
    def more(self) -> float:
        """MiB that the artifact needed."""
        return self.peak - self.before


def measure(mib: int) -> list[Kept]:
    """Keep and read a file of that size in a folder, then in a bucket.

    Raises:
        BenchError: A step or the server failed.
    """
    with tempfile.TemporaryDirectory(prefix="k8stui-bench-") as folder:
        home, shelf = Path(folder, "home"), Path(folder, "shelf")
        for made in (home, shelf):
            made.mkdir()
        path = Path(folder, "large.bin")
        with path.open("wb") as file:
            for _ in range(mib):
                file.write(os.urandom(BLOCK))
        found = _both("file", {"path": f"file://{shelf}"}, {}, path, home)
        with _server() as url:
            # The server puts the parts of a large upload together while the client waits for its answer.
            options = {"endpoint_url": url, "config_kwargs": {"read_timeout": 600}}
            store = {"path": "s3://bench", "options": options}
            found += _both("s3", store, SECRETS, path, home)
        return found


def _both(name: str, store: dict[str, Any], secrets: dict[str, str], path: Path, home: Path) -> list[Kept]:
    told = {"store": store, "secrets": secrets, "home": str(home)}
    reference, *kept = _step({**told, "path": str(path)})
    if reference["size"] != path.stat().st_size:
        raise BenchError(f"{name} kept {reference['size']} bytes of {path.stat().st_size}")
    _, *read = _step({**told, "reference": reference})
    return [Kept(name, "kept", *kept), Kept(name, "read", *read)]


def _step(told: dict[str, Any]) -> list[Any]:
    command = [sys.executable, "-m", "tests.bench.artifacts.step"]
    done = subprocess.run(command, input=json.dumps(told), capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"a step of the bench failed: {done.stderr.strip()[-2000:]}")
    answer: list[Any] = json.loads(done.stdout)
    return answer


@contextmanager
def _server() -> Iterator[str]:
    """A server that speaks S3, with a bucket called `bench`; its memory is its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            until = time.monotonic() + PATIENCE
            while not _answers(port):
                if server.poll() is not None or time.monotonic() > until:
                    raise BenchError("the S3 server did not start")
                time.sleep(0.1)
            s3fs.S3FileSystem(endpoint_url=url, skip_instance_cache=True, **SECRETS).mkdir("bench")
            yield url
        finally:
            server.terminate()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
