"""Code packages that are too large to travel: kept in the run's artifact store, each once, under its digest.

What stands in a bucket is complete or not there: an upload becomes visible at its end. So a package that is there with
its size needs not be sent again, and two who send the same one at once do no harm. The steps check the digest.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any

from k8stui.cluster.audit import Deed
from k8stui.cluster.client import Cluster
from k8stui.control.stores.files import filesystem_of, missing_package
from k8stui.incluster.runner.storing.stores import code_key
from k8stui.model.errors import ConflictError, InvalidInputError, NotFoundError, RejectedError
from k8stui.model.pipeline import CodePackage
from k8stui.model.stacks import ArtifactStoreConfig
from k8stui.plan.limits import KIB, MAX_KEPT_CODE_BYTES, WAYS_OUT, check_code, largest, travels
from k8stui.plan.storing import code_mark


async def keep_code(
    code: CodePackage | None,
    store: ArtifactStoreConfig | None,
    secrets: Mapping[str, str],
    on_stage: Callable[[str], None] = lambda _: None,
    *,
    place: str = "",
    cluster: Cluster | None = None,
) -> bool:
    """Send a package to the artifact store, if it is too large to travel.

    Args:
        code: The package; None for none.
        store: The store; None for none.
        secrets: Further options of its filesystem.
        on_stage: Told what is done.
        place: What tells the namespace that uses it from all others; empty where it is not known.
        cluster: The one whose limits hold and whose audit log is told; None for none.

    Returns:
        Whether it was sent: neither does it travel, nor was it there.

    Raises:
        InvalidInputError: It has to go there and cannot: there is no store, or none that can be reached from here.
        RejectedError: The store did not take it.
        LimitedError: In read-only mode.
        UnwrittenError: It has to be written down first, and cannot be.
    """
    if code is None or travels(code):
        return False
    check_code(code, store)
    if store is None:
        return False
    if package := missing_package(store):
        raise InvalidInputError(
            f"the code package is {_kib(code)} KiB, goes to the artifact store {store.path}, and that takes "
            f"the Python package {package} on this machine, too",
            hint=f"pip install {package}\n{WAYS_OUT}",
        )
    deed = Deed("create", "code", store.path, name=code.digest[:12])
    async with cluster.elsewhere({code.digest: deed}) if cluster else nullcontext():
        on_stage(f"looking for the code package in {store.path}")
        return await asyncio.to_thread(_keep, code, store, secrets, on_stage, place)


async def fetch_code(digest: str, store: ArtifactStoreConfig | None, secrets: Mapping[str, str]) -> bytes:
    """A package that is kept in the artifact store, a zip.

    Args:
        digest: Its SHA-256.
        store: The store; None where it is not known.
        secrets: Further options of its filesystem.

    Raises:
        InvalidInputError: The store cannot be read from here.
        ConflictError: What is there is not that package.
        NotFoundError: It is gone.
        RejectedError: The store did not give it.
    """
    if store is None:
        raise InvalidInputError(f"The code package {code_key(digest)} is in an artifact store that nothing names.")
    uri = f"{store.path}/{code_key(digest)}"
    if package := missing_package(store):
        raise InvalidInputError(
            f"The code package is {uri}, and reading it takes the Python package {package} on this machine, too.",
            hint=f"pip install {package}",
        )
    data = await asyncio.to_thread(_fetch, store, secrets, uri)
    if hashlib.sha256(data).hexdigest() != digest:
        raise ConflictError(
            f"{uri} holds other code than was submitted: its SHA-256 is not {digest[:12]}….",
            hint="Somebody replaced it. Delete it, and run the pipeline's file again.",
        )
    return data


def _fetch(store: ArtifactStoreConfig, secrets: Mapping[str, str], uri: str) -> bytes:
    try:
        system = filesystem_of(store, secrets)
        size = int(system.size(uri))
        data: bytes = system.cat_file(uri) if size <= MAX_KEPT_CODE_BYTES else b""
    except FileNotFoundError as error:
        raise NotFoundError(
            f"The code package {uri} is gone.",
            hint="Use the pipeline's file: k8stui run FILE",
        ) from error
    except Exception as error:  # each filesystem has errors of its own
        raise RejectedError(
            f"The code package {uri} could not be read: {type(error).__name__}: {error}",
            hint="The store has to be reachable from here as from the pods, and its secrets have to let it read.",
        ) from error
    if size > MAX_KEPT_CODE_BYTES:
        raise ConflictError(f"{uri} has {size:,} bytes, more than any code package: somebody replaced it.")
    return data


def _keep(
    code: CodePackage,
    store: ArtifactStoreConfig,
    secrets: Mapping[str, str],
    on_stage: Callable[[str], None],
    place: str,
) -> bool:
    uri = f"{store.path}/{code_key(code.digest)}"
    try:
        system = filesystem_of(store, secrets)
        # First, and each time: who cleans the store spares what was marked a short while ago.
        system.pipe_file(f"{store.path}/{code_mark(code.digest, place)}", b"")
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
