"""Runs the credential plugin of a kubeconfig's `exec` section (client.authentication.k8s.io v1 and v1beta1).

Written here because a plugin that fails must be an error with the plugin's own words, and because a plugin must not
read from or write to the terminal while a screen is drawn on it (`interactiveMode`).
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from k8stui.cluster.resources import JsonObject
from k8stui.model.errors import UnreachableError

_VERSIONS = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")
_TIMEOUT = 60.0
"""Seconds a plugin may take when nobody can answer its questions."""


@dataclass(frozen=True)
class PluginCredential:
    """What a plugin handed out.

    Attributes:
        token: A bearer token; empty when it gave a certificate only.
        certificate: Client certificate and key as PEM, or None.
        expires: When to ask again, UTC; None for "when refused".
    """

    token: str = ""
    certificate: tuple[bytes, bytes] | None = None
    expires: datetime | None = None


async def run_exec_plugin(
    spec: JsonObject,
    *,
    folder: Path,
    cluster: JsonObject | None = None,
    interactive: bool = False,
    patience: float = _TIMEOUT,
) -> PluginCredential:
    """Run the plugin and read its ExecCredential.

    Args:
        spec: The `exec` section.
        folder: Where the kubeconfig is; a command with a slash is relative to it.
        cluster: `spec.cluster` for plugins with `provideClusterInfo`.
        interactive: Whether the plugin may use this process's terminal.
        patience: Seconds it may take when it is not interactive.

    Raises:
        UnreachableError: The plugin is missing, fails, takes too long or answers something unusable.
    """
    version = str(spec.get("apiVersion") or "")
    if version not in _VERSIONS:
        raise UnreachableError(
            f"The credential plugin {spec.get('command')!r} uses {version or 'no apiVersion'}, which is not supported.",
            hint=f"Supported: {' and '.join(_VERSIONS)}; newer releases of the plugin write these.",
        )
    command = str(spec.get("command") or "")
    mode = spec.get("interactiveMode") or "IfAvailable"
    if mode == "Always" and not interactive:
        raise UnreachableError(
            f"The credential plugin {command!r} needs a terminal to log in.",
            hint="Log in with kubectl first (kubectl get pods), or start k8stui again from a terminal.",
        )
    interactive = interactive and mode != "Never"
    returncode, stdout, stderr = await _run(
        [_locate(command, folder), *map(str, spec.get("args") or [])],
        environment=_environment(
            spec, version, cluster if spec.get("provideClusterInfo") else None, interactive=interactive
        ),
        interactive=interactive,
        patience=patience,
        install_hint=str(spec.get("installHint") or ""),
    )
    if returncode != 0:
        said = stderr.decode("utf-8", "replace").strip()[-2000:]
        raise UnreachableError(
            f"The credential plugin {command!r} failed with exit code {returncode}" + (f": {said}" if said else "."),
            hint="Log in again with the cluster's own tool, then retry.",
        )
    return _read(command, version, stdout)


def _locate(command: str, folder: Path) -> str:
    return str(folder / command) if os.sep in command else command


def _environment(spec: JsonObject, version: str, cluster: JsonObject | None, *, interactive: bool) -> dict[str, str]:
    info: JsonObject = {"apiVersion": version, "kind": "ExecCredential", "spec": {"interactive": interactive}}
    if cluster is not None:
        info["spec"]["cluster"] = cluster
    added = {str(item["name"]): str(item["value"]) for item in spec.get("env") or []}
    return {**os.environ, **added, "KUBERNETES_EXEC_INFO": json.dumps(info)}


async def _run(
    argv: list[str], *, environment: Mapping[str, str], interactive: bool, patience: float, install_hint: str
) -> tuple[int, bytes, bytes]:
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            env=environment,
            stdin=None if interactive else asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=None if interactive else asyncio.subprocess.PIPE,
        )
    except OSError as error:
        raise UnreachableError(
            f"The credential plugin {argv[0]!r} cannot be started: {error.strerror or error}.",
            hint=install_hint or "Install it, or correct the command in the kubeconfig's exec section.",
        ) from error
    try:
        async with asyncio.timeout(None if interactive else patience):
            stdout, stderr = await process.communicate()
    except TimeoutError as error:
        raise UnreachableError(
            f"The credential plugin {argv[0]!r} did not answer within {patience:g} s.",
            hint="It may be waiting for a login: try kubectl get pods in a terminal.",
        ) from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, stdout, stderr or b""


def _read(command: str, version: str, stdout: bytes) -> PluginCredential:
    try:
        answer: Any = json.loads(stdout)
        status = answer["status"]
        token, certificate, key = (
            status.get(name) or "" for name in ("token", "clientCertificateData", "clientKeyData")
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreachableError(f"The credential plugin {command!r} did not print an ExecCredential.") from error
    if answer.get("apiVersion") != version:
        raise UnreachableError(
            f"The credential plugin {command!r} answered in {answer.get('apiVersion')}, the kubeconfig says {version}."
        )
    if bool(certificate) != bool(key) or not (token or certificate):
        raise UnreachableError(f"The credential plugin {command!r} gave no token and no certificate with its key.")
    return PluginCredential(
        token=token,
        certificate=(certificate.encode(), key.encode()) if certificate else None,
        expires=_instant(status.get("expirationTimestamp")),
    )


def _instant(text: object) -> datetime | None:
    if not isinstance(text, str) or not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
