"""What a container runs here: images are not pulled, so its command must say it.

Python commands run with the interpreter of this cluster, everything else as a local command.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from k8stui.embedded.kubelet.environment import expand
from k8stui.embedded.objects import Obj

_PYTHON = re.compile(r"^python(3(\.\d+)?)?$")
_PYTHON_IMAGE = re.compile(r"(^|/)python(-[a-z0-9]+)*([:@]|$)")
_NO_SUCH_HOST = re.compile(r"^[^/]*\.invalid(:\d+)?/")

SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""PATH of a usual image."""


class ImageError(Exception):
    """The image cannot be pulled (ErrImagePull); it names a host under `.invalid`, which never exists (RFC 2606)."""


class CommandError(Exception):
    """There is nothing to run (CreateContainerError)."""


class StartError(Exception):
    """The command cannot be started (the container ends with 128, StartError)."""


def check_image(image: str) -> None:
    """Refuse an image that could not be pulled anywhere.

    Raises:
        ImageError: The registry's name can't exist.
    """
    if _NO_SUCH_HOST.match(image):
        host = image.partition("/")[0]
        raise ImageError(
            f'failed to pull and unpack image "{image}": failed to resolve reference "{image}": failed to do request: '
            f"dial tcp: lookup {host.partition(':')[0]}: no such host"
        )


def command_line(container: Obj, environment: dict[str, str]) -> list[str]:
    """Return the command with references expanded.

    Raises:
        CommandError: The manifest names none and the image is not known to have one.
        StartError: The program does not exist.
    """
    command = [expand(str(word), environment) for word in container.get("command") or []]
    words = command + [expand(str(word), environment) for word in container.get("args") or []]
    if not command:
        if not _PYTHON_IMAGE.search(str(container.get("image"))):
            raise CommandError(
                f"the embedded cluster pulls no images and cannot know what {container.get('image')!r} runs: "
                "give the container a command"
            )
        words = words or ["python3"]
    if _PYTHON.match(Path(words[0]).name):
        return [sys.executable, *words[1:]]
    found = shutil.which(words[0], path=environment.get("PATH", SEARCH_PATH))
    if found is None:
        missing = "no such file or directory" if "/" in words[0] else "executable file not found in $PATH"
        raise StartError(
            "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create "
            f'failed: unable to start container process: exec: "{words[0]}": {missing}: unknown'
        )
    return [found, *words[1:]]


def write_python_wrappers(folder: Path) -> None:
    """Put `python` and `python3` into a folder for PATH, so that shell scripts find the same interpreter."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("python", "python3"):
        script = folder / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
        script.chmod(0o755)
