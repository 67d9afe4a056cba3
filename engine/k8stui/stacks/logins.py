"""The folder that tools take logins from: the person's own logins, contexts and plugins, and the stack's login added.

Tools that are told of such a folder look nowhere else, so what a person has set up has to be in it.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SHARED = ("contexts", "cli-plugins", "buildx")
"""What docker keeps beside its config.json."""


@contextmanager
def login_folder(tool: str, auths: Mapping[str, Any]) -> Iterator[Path | None]:
    """A folder with a `config.json`, there as long as it is used, that only this user can read.

    Args:
        tool: docker, podman or buildah.
        auths: The stack's logins, as that file has them.

    Returns:
        The folder; None where the stack has no login, and the tool finds the person's by itself.
    """
    if not auths:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="k8stui-login-") as name:  # of mode 0700
        folder, home = Path(name), _docker_folder()
        if tool == "docker":
            config = _with_docker(_read(home / "config.json"), auths)
            for shared in _SHARED:
                if (home / shared).is_dir():
                    (folder / shared).symlink_to((home / shared).absolute(), target_is_directory=True)
        else:
            config = _with_others(next(filter(None, map(_read, _auth_files(home))), {}), auths)
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        yield folder


def _with_docker(own: Mapping[str, Any], auths: Mapping[str, Any]) -> dict[str, Any]:
    # A host whose helper is empty is looked up in the file, also where everything else is in a keychain.
    helpers = {**(own.get("credHelpers") or {}), **dict.fromkeys(auths, "")}
    return {**own, "auths": {**(own.get("auths") or {}), **auths}, "credHelpers": helpers}


def _with_others(own: Mapping[str, Any], auths: Mapping[str, Any]) -> dict[str, Any]:
    # Their own login for a part of the registry would go before the stack's for all of it.
    def others(section: str) -> dict[str, Any]:
        found = own.get(section) or {}
        return {name: one for name, one in found.items() if name not in auths and name.partition("/")[0] not in auths}

    return {"auths": {**others("auths"), **auths}, "credHelpers": others("credHelpers")}


def _docker_folder() -> Path:
    return Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker")


def _auth_files(home: Path) -> list[Path]:
    """Where podman and buildah look for logins, see containers-auth.json(5)."""
    if named := os.environ.get("REGISTRY_AUTH_FILE"):
        return [Path(named)]
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return [*([Path(runtime) / "containers" / "auth.json"] if runtime else []), home / "config.json"]


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
