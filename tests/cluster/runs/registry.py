"""A registry and a builder of this machine's own: Debian's docker-registry with a password, and its buildah.

The node's containerd speaks plain HTTP with registries on its own loopback, and is on this machine.
"""

from __future__ import annotations

import ensurepip
import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cluster.real import images
from tests.cluster.real.packages import PATIENT
from tests.cluster.runs.eventually import eventually

PACKAGES = {"buildah": "buildah", "docker-registry": "docker-registry", "apache2-utils": "htpasswd"}
"""Debian package -> its program."""

USER, PASSWORD = "ada", "not-told-to-anybody"

BASE = "localhost/python-with-pip:1"
"""The node's Python with pip, as the slim Python images have it; on this machine only until it is pushed."""


@dataclass(frozen=True)
class Registry:
    """A running registry.

    Attributes:
        address: `127.0.0.1:PORT`.
        env: What buildah is told by, so that it leaves nothing on this machine.
    """

    address: str
    env: dict[str, str]


def install() -> None:
    """Install what is missing, one test at a time, or skip the test with a sentence."""
    with Path(tempfile.gettempdir(), "k8stui-test-apt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _install()


def _install() -> None:
    missing = [package for package, program in PACKAGES.items() if shutil.which(program) is None]
    if not missing:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        pytest.skip(f"needs the Debian packages {', '.join(missing)}, which only root can install by apt-get")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *missing]):
        subprocess.run(["apt-get", "-q", *PATIENT, *command], check=True, env=quiet, capture_output=True, timeout=600)


@contextmanager
def registry(folder: Path) -> Iterator[Registry]:
    """A registry that wants a user and a password, with its files below a folder."""
    words = subprocess.run(["htpasswd", "-Bbn", USER, PASSWORD], check=True, capture_output=True, text=True).stdout
    (folder / "htpasswd").write_text(words)
    (folder / "storage.conf").write_text(
        f'[storage]\ndriver = "vfs"\nrunroot = "{folder / "run"}"\ngraphroot = "{folder / "images"}"\n'
    )
    env = {"CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"), "BUILDAH_ISOLATION": "chroot"}
    process, address = _serving(folder)
    try:
        yield Registry(address, env)
    finally:
        process.terminate()
        process.wait(timeout=60)


def _serving(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """A registry that answers, and where; on another port where somebody else has taken one by then."""
    for _ in range(5):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{free.getsockname()[1]}"
        (folder / "config.yml").write_text(
            "version: 0.1\n"
            f"storage: {{filesystem: {{rootdirectory: {folder / 'blobs'}}}}}\n"
            f"http: {{addr: {address}}}\n"
            f"auth: {{htpasswd: {{realm: tests, path: {folder / 'htpasswd'}}}}}\n"
        )
        with (folder / "registry.log").open("w") as log:
            command = ["docker-registry", "serve", str(folder / "config.yml")]
            process = subprocess.Popen(command, stdout=log, stderr=log)
        if eventually(partial(_answers_or_has_ended, address, process), what="the registry answers") == "answers":
            return process, address
    raise AssertionError(f"the registry does not start: {(folder / 'registry.log').read_text()}")


def _answers_or_has_ended(address: str, process: subprocess.Popen[bytes]) -> str:
    if process.poll() is not None:
        return "has ended"
    return "answers" if _asks_for_a_login(address) else ""


def _asks_for_a_login(address: str) -> bool:
    try:
        urllib.request.urlopen(f"http://{address}/v2/", timeout=5)
    except urllib.error.HTTPError as error:
        return error.code == 401
    except OSError:
        return False
    return False


def build_base(made: Registry, folder: Path) -> None:
    """Build `BASE` of the archive that the node's Python is imported from."""
    archive = next(one.archive for one in images.IMAGES if one.name == "python")
    pip = next((Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl"))
    shutil.copy(pip, folder / pip.name)
    (folder / "Dockerfile").write_text(
        f"FROM docker-archive:{archive}:{images.PYTHON}\n"
        f"COPY {pip.name} /tmp/{pip.name}\n"
        f"RUN python3 /tmp/{pip.name}/pip install --no-index --break-system-packages /tmp/{pip.name}\n"
    )
    # Squashed, because the archive tells no history of its layer, which buildah counts on for images on top of it.
    command = ["buildah", "build", "--squash", "--tag", BASE, str(folder)]
    subprocess.run(command, check=True, env={**os.environ, **made.env}, stdout=sys.stderr, timeout=300)


@contextmanager
def index(folder: Path, host: str) -> Iterator[str]:
    """An index of packages over HTTP that pods reach; gives its URL.

    Args:
        folder: With one folder of wheels for each package.
        host: The node's address.
    """

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer((host, 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
