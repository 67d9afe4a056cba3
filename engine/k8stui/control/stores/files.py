"""Opens artifact stores from this machine, by fsspec: for code packages, for archived logs, and to clean them."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from typing import Any

from k8stui.incluster.runner.storing.stores import MODULES
from k8stui.model.stacks import ArtifactStoreConfig
from k8stui.model.views import ArchiveView

_PATIENT = {"connect_timeout": 10, "retries": {"max_attempts": 2}}
"""What s3fs hands to botocore, so that an endpoint that only pods reach is told in seconds."""


def missing_package(store: ArtifactStoreConfig) -> str:
    """The Python package that this machine lacks to reach a store; empty where it has it."""
    package = MODULES.get(store.path.partition("://")[0], "")
    return package if package and importlib.util.find_spec(package) is None else ""


def filesystem_of(store: ArtifactStoreConfig | ArchiveView, secrets: Mapping[str, str]) -> Any:
    """The filesystem of a store, by fsspec; its errors are those of its own libraries. Blocks.

    Listings of a moment ago are not kept: they do not tell what was written since.
    """
    fsspec = importlib.import_module("fsspec")  # costs 0.1 s, and few verbs need a store
    scheme = store.path.partition("://")[0]
    options: dict[str, Any] = {"config_kwargs": _PATIENT} if scheme == "s3" else {}
    options |= {**store.options, **secrets, "use_listings_cache": False}
    return fsspec.filesystem(scheme, **options, skip_instance_cache=True)
