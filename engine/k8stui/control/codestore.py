"""Code packages that are too large to travel: kept in the run's artifact store, each once, under its digest.

What stands in a bucket is complete or not there: an upload becomes visible at its end. So a package that is there with
its size needs not be sent again, and two who send the same one at once do no harm. The steps check the digest.
"""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Callable, Mapping
from typing import Any

from k8stui.incluster.stores import MODULES, code_key
from k8stui.model.errors import InvalidInputError, RejectedError
from k8stui.model.pipeline import CodePackage
from k8stui.model.stacks import ArtifactStoreConfig
from k8stui.plan.limits import KIB, WAYS_OUT, check_code, largest, travels

_PATIENT = {"connect_timeout": 10, "retries": {"max_attempts": 2}}
"""What s3fs hands to botocore, so that an endpoint that only pods reach is told in seconds."""


async def keep_code(
    code: CodePackage | None,
    store: ArtifactStoreConfig | None,
    secrets: Mapping[str, str],
    on_stage: Callable[[str], None] = lambda _: None,
) -> bool:
    """Send a package to the artifact store, if it is too large to travel.

    Args:
        code: The package; None for none.
        store: The store; None for none.
        secrets: Further options of its filesystem.
        on_stage: Told what is done.

    Returns:
        Whether it was sent: neither does it travel, nor was it there.

    Raises:
        InvalidInputError: It has to go there and cannot: there is no store, or none that can be reached from here.
        RejectedError: The store did not take it.
    """
    if code is None or travels(code):
        return False
    check_code(code, store)
    if store is None:
        return False
    package = MODULES[store.path.partition("://")[0]]
    if importlib.util.find_spec(package) is None:
        raise InvalidInputError(
            f"the code package is {_kib(code)} KiB, goes to the artifact store {store.path}, and that takes "
            f"the Python package {package} on this machine, too",
            hint=f"pip install {package}\n{WAYS_OUT}",
        )
    on_stage(f"looking for the code package in {store.path}")
    return await asyncio.to_thread(_keep, code, store, secrets, on_stage)


def _keep(
    code: CodePackage, store: ArtifactStoreConfig, secrets: Mapping[str, str], on_stage: Callable[[str], None]
) -> bool:
    fsspec = importlib.import_module("fsspec")  # costs 0.1 s, and most packages travel
    uri = f"{store.path}/{code_key(code.digest)}"
    scheme = store.path.partition("://")[0]
    options: dict[str, Any] = {"config_kwargs": _PATIENT} if scheme == "s3" else {}
    try:
        system = fsspec.filesystem(scheme, **{**options, **store.options, **secrets}, skip_instance_cache=True)
        if _size(system, uri) == len(code.data):
            return False
        on_stage(f"sending {_kib(code)} KiB of code to {store.path}")
        system.pipe_file(uri, code.data)
        kept = system.size(uri)
    except Exception as error:  # each filesystem has errors of its own
        raise RejectedError(
            f"the code package is {_kib(code)} KiB, too large to travel, and could not be kept in the "
            f"artifact store: {uri}: {type(error).__name__}: {error}. {largest(code)}",
            hint="The store has to be reachable from here as from the pods, and its secrets have to let it write.\n"
            + WAYS_OUT,
        ) from error
    if kept != len(code.data):
        raise RejectedError(f"{uri} has {kept} bytes after {len(code.data)} were written")
    return True


def _kib(code: CodePackage) -> int:
    return -(-len(code.data) // KIB)


def _size(system: Any, uri: str) -> int | None:
    try:
        return int(system.size(uri))
    except FileNotFoundError:
        return None
