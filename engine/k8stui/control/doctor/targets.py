"""What a stack's runs reach beside the cluster: hosts of its artifact store and registry. Pure but for `tried`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from k8stui.cluster.resources import JsonObject
from k8stui.control.doctor.finding import Finding, Level
from k8stui.model.errors import InvalidInputError
from k8stui.model.preparing import CLAIM
from k8stui.model.stacks import ArtifactStoreConfig, ContainerRegistryConfig
from k8stui.stacks.active import ActiveStack

PATIENCE = 5.0
"""Seconds that a host may take to answer."""

_HOSTS = {"s3": "s3.amazonaws.com", "gcs": "storage.googleapis.com"}
_ENDPOINTS = ("endpoint_url", "endpoint", "account_host")
"""Options of fsspec's filesystems that name another host."""


@dataclass(frozen=True)
class Target:
    """A host that is to be reached.

    Attributes:
        check: What it is: `artifact store`, `registry`.
        host: Its name or address.
        port: Its port.
    """

    check: str
    host: str
    port: int

    def __str__(self) -> str:
        """As one reads it."""
        return f"{self.host}:{self.port}"


def targets_of(stack: ActiveStack | None) -> list[Target]:
    """The hosts that runs of a stack need; none where there is no stack, or its store is a claim."""
    if stack is None:
        return []
    found = []
    if stack.artifact_store and (where := _store_host(stack.artifact_store.config)):
        found.append(Target("artifact store", *where))
    if stack.container_registry:
        found.append(Target("registry", *_registry_host(stack.container_registry.config)))
    return found


def _store_host(store: ArtifactStoreConfig) -> tuple[str, int] | None:
    if store.flavor == "local":
        return None
    inner = store.options.get("client_kwargs")  # s3fs hands these to botocore's client
    places = (store.options, inner if isinstance(inner, Mapping) else {})
    named = next((str(place[key]) for place in places for key in _ENDPOINTS if place.get(key)), "")
    account = store.options.get("account_name")
    if not named and account:
        named = f"{account}.blob.core.windows.net"
    return _host(named or _HOSTS.get(store.flavor, ""), insecure=False)


def _registry_host(registry: ContainerRegistryConfig) -> tuple[str, int]:
    return _host(registry.uri.partition("/")[0], insecure=registry.insecure) or ("", 443)


def _host(named: str, *, insecure: bool) -> tuple[str, int] | None:
    parts = urlsplit(named if "://" in named else f"//{named}")
    if not parts.hostname:
        return None
    plain = insecure or parts.scheme == "http"
    try:
        return parts.hostname, parts.port or (80 if plain else 443)
    except ValueError as error:
        raise InvalidInputError(
            f"{named!r} has no port that is possible.", hint="Ports are numbers from 1 to 65535: http://minio.ml:9000"
        ) from error


async def tried(targets: list[Target]) -> list[Finding]:
    """Which of them this machine reaches. The pods' side counts more: see `probing`."""
    said = await asyncio.gather(*(_said(one) for one in targets))
    return [
        Finding(one.check, Level.OK, f"{one} can be reached from here")
        if not why
        else Finding(
            one.check,
            Level.WARNING,
            f"{one} cannot be reached from here: {why}",
            "Nothing is pushed or shown from this machine; whether pods reach it, k8stui doctor --probe tells",
        )
        for one, why in zip(targets, said, strict=True)
    ]


async def _said(target: Target) -> str:
    try:
        async with asyncio.timeout(PATIENCE):
            _, writer = await asyncio.open_connection(target.host, target.port)
    except TimeoutError:
        return f"no answer within {PATIENCE:.0f} s"
    except OSError as error:
        return str(error.strerror or error)
    writer.close()
    return ""


def claim_finding(name: str, claim: JsonObject | None, namespace: str) -> Finding:
    """Whether the claim of an artifact store has its volume; None where there is no such claim."""
    check = "artifact store"
    if claim is None:
        told = f"there is no PersistentVolumeClaim {name} in namespace {namespace}: pods that mount it do not start"
        return Finding(check, Level.PROBLEM, told, f"k8stui init -n {namespace} --store-size 10Gi makes {CLAIM}")
    phase = (claim.get("status") or {}).get("phase", "Pending")
    if phase == "Lost":
        return Finding(check, Level.PROBLEM, f"the volume of claim {name} is gone", "Restore it, or make a new claim")
    told = f"claim {name} is {str(phase).lower()}"
    if phase == "Pending":
        told += ": it gets its volume when the first pod uses it, or when there is one that fits"
    return Finding(check, Level.OK, told)
