"""The images of the node, as archives that containerd imports: made once, cached, never pulled."""

from __future__ import annotations

import hashlib
import json
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import rootfs, shell
from .layout import RunFolder, cache_dir
from .progress import step

PYTHON = "docker.io/k8stui-test/python:3.11"
PYTHON_DEFAULT = "docker.io/library/python:3.11-slim"
"""The name pipelines use by default, so that they run here as they are; the same image as PYTHON."""
BUSYBOX = "docker.io/k8stui-test/busybox:1"
PAUSE = "docker.io/k8stui-test/pause:1"

RECIPE = 1
"""Raised when the content of an image changes, so that no older cached archive is used."""


@dataclass(frozen=True)
class Image:
    """How one archive is made and what it is called in the node."""

    name: str
    tags: tuple[str, ...]
    fill: Callable[[Path], None]
    command: tuple[str, ...]
    entrypoint: tuple[str, ...] = ()

    @property
    def archive(self) -> Path:
        """Path of the cached archive."""
        return cache_dir() / "images" / f"{self.name}-{RECIPE}.tar"


IMAGES = (
    Image("pause", (PAUSE,), rootfs.make_busybox, command=(), entrypoint=("/bin/busybox", "sleep", "infinity")),
    Image("busybox", (BUSYBOX,), rootfs.make_busybox, command=("sh",)),
    Image("python", (PYTHON, PYTHON_DEFAULT), rootfs.make_python, command=("python3",)),
)


def ensure() -> None:
    """Make the archives that are not in the cache."""
    for image in IMAGES:
        if not image.archive.exists():
            image.archive.parent.mkdir(parents=True, exist_ok=True)
            with step(f"image {image.name}"):
                _make(image)


def load(folder: RunFolder) -> None:
    """Import all images into the cluster's containerd."""
    for image in IMAGES:
        shell.run(
            *("ctr", "--address", folder.containerd_socket, "--namespace", "k8s.io"),
            *("images", "import", image.archive),
        )


def _make(image: Image) -> None:
    """Write the archive in the format of `docker save`: one layer, its configuration, and a list of the two."""
    with tempfile.TemporaryDirectory(prefix="image-", dir=image.archive.parent) as scratch:
        root, layer, whole = (Path(scratch) / name for name in ("root", "layer.tar", "image.tar"))
        root.mkdir()
        image.fill(root)
        root.chmod(0o755)
        # Devices are the runtime's business; the names are numeric, because the host's users are not the image's.
        shell.run("tar", "--numeric-owner", "--exclude=./dev/*", "-C", root, "-cf", layer, ".")
        with layer.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        environment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"]
        config = {
            "architecture": shell.run("dpkg", "--print-architecture").strip(),
            "os": "linux",
            "config": {"Env": environment, "Cmd": list(image.command), "Entrypoint": list(image.entrypoint)},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]},
        }
        files = {
            "config.json": config,
            "manifest.json": [{"Config": "config.json", "RepoTags": list(image.tags), "Layers": ["layer.tar"]}],
        }
        with tarfile.open(whole, "w") as archive:
            archive.add(layer, "layer.tar")
            for name, content in files.items():
                path = Path(scratch) / name
                path.write_text(json.dumps(content))
                archive.add(path, name)
        whole.replace(image.archive)
