"""Where a request's Authorization header and client certificate come from, and how they are renewed.

Sources and their order are those of client-go: token file, token, user name and password, exec plugin, auth-provider;
a client certificate goes beside any of them. Token files are read again every minute, since the kubelet rotates them.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from k8stui.cluster.exec_plugin import PluginCredential, run_exec_plugin
from k8stui.cluster.kubeconfig import Access, Entry
from k8stui.cluster.resources import JsonObject
from k8stui.model.errors import UnreachableError

_REREAD = 60.0
_EXPIRY_MARGIN = timedelta(seconds=10)


@dataclass(frozen=True)
class Secret:
    """Credentials as a request needs them. Not printed: `repr` would end up in logs.

    Attributes:
        headers: Authorization and impersonation.
        certificate: Client certificate and key as PEM, or None.
    """

    headers: dict[str, str] = field(default_factory=dict, repr=False)
    certificate: tuple[bytes, bytes] | None = field(default=None, repr=False)


class Credentials(Protocol):
    """A source of credentials."""

    async def current(self) -> Secret:
        """What to send now; renews what has expired."""

    async def reload(self, refused: Secret) -> bool:
        """Load anew after a 401; False when there is no source that could give anything else."""


class TokenFile:
    """A bearer token in a file that others rewrite."""

    def __init__(self, path: Path, *, fallback: str = "", now: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._token = fallback
        self._read_at: float | None = None
        self._now = now

    def token(self) -> str:
        """The token, read again after a minute; the last good one while the file cannot be read."""
        now = self._now()
        if self._read_at is None or now - self._read_at > _REREAD:
            try:
                self._token = self._path.read_text(encoding="utf-8").strip() or self._token
            except OSError as error:
                if not self._token:
                    raise UnreachableError(f"The token file {self._path} cannot be read: {error.strerror}.") from error
            self._read_at = now
        return self._token

    def forget(self) -> None:
        """Read the file again at the next use."""
        self._read_at = None


class PodCredentials:
    """The service account of the pod this process runs in."""

    def __init__(self, file: TokenFile) -> None:
        self._file = file

    async def current(self) -> Secret:
        """The mounted token."""
        return Secret({"Authorization": f"Bearer {self._file.token()}"})

    async def reload(self, refused: Secret) -> bool:
        """Read the mounted token again."""
        self._file.forget()
        return await self.current() != refused


class UserCredentials:
    """The user of a kubeconfig's context."""

    def __init__(self, access: Access, *, interactive: bool = False) -> None:
        self._access = access
        self._user = access.user
        self._interactive = interactive
        self._lock = asyncio.Lock()
        path = self._user.file("tokenFile")
        self._file = TokenFile(path, fallback=str(self._user.value.get("token") or "")) if path else None
        self._plugin: PluginCredential | None = None
        self._provider_token = ""
        self._certificate: tuple[bytes, bytes] | None = None
        self._certificate_read = False

    async def current(self) -> Secret:
        """The user's credentials; runs the exec plugin when there is none yet or it has expired."""
        async with self._lock:
            return await self._collect()

    async def reload(self, refused: Secret) -> bool:
        """Run the plugin or read the files again, unless another request did so meanwhile."""
        async with self._lock:
            if await self._collect() != refused:
                return True
            self._plugin, self._provider_token, self._certificate_read = None, "", False
            if self._file:
                self._file.forget()
            return await self._collect() != refused

    async def _collect(self) -> Secret:
        user = self._user.value
        if not self._certificate_read:
            self._certificate, self._certificate_read = _certificate(self._user), True
        headers = _impersonation(user)
        certificate = self._certificate
        if self._file:
            headers["Authorization"] = f"Bearer {self._file.token()}"
        elif user.get("token"):
            headers["Authorization"] = f"Bearer {user['token']}"
        elif user.get("username"):
            pair = f"{user['username']}:{user.get('password') or ''}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        elif user.get("exec"):
            plugin = await self._run_plugin(user["exec"])
            if plugin.token:
                headers["Authorization"] = f"Bearer {plugin.token}"
            certificate = plugin.certificate or certificate
        elif user.get("auth-provider"):
            self._provider_token = self._provider_token or await _legacy_provider(self._access)
            headers["Authorization"] = self._provider_token
        return Secret(headers, certificate)

    async def _run_plugin(self, spec: JsonObject) -> PluginCredential:
        known = self._plugin
        if known is None or (known.expires and known.expires - _EXPIRY_MARGIN <= datetime.now(UTC)):
            self._plugin = known = await run_exec_plugin(
                spec,
                folder=self._user.folder,
                cluster=_cluster_info(self._access.cluster),
                interactive=self._interactive,
            )
        return known


def decode(entry: Entry, key: str) -> bytes | None:
    """The bytes of `<key>-data` (base64) or of the file under `key`; None when neither is set.

    Raises:
        UnreachableError: The data is not base64, or the file cannot be read.
    """
    data = entry.value.get(f"{key}-data")
    if data:
        try:
            return base64.b64decode(str(data), validate=False)
        except binascii.Error as error:
            raise UnreachableError(f"{key}-data in the kubeconfig is not valid base64.") from error
    path = entry.file(key)
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreachableError(f"The {key} file {path} cannot be read: {error.strerror}.") from error


def _certificate(user: Entry) -> tuple[bytes, bytes] | None:
    certificate, key = decode(user, "client-certificate"), decode(user, "client-key")
    if not certificate and not key:
        return None
    if not certificate or not key:
        missing = "client-key" if certificate else "client-certificate"
        raise UnreachableError(f"The user of this context has no {missing} beside its counterpart in the kubeconfig.")
    return certificate, key


def _impersonation(user: JsonObject) -> dict[str, str]:
    headers = {"Impersonate-User": str(user["as"])} if user.get("as") else {}
    if user.get("as-uid"):
        headers["Impersonate-Uid"] = str(user["as-uid"])
    if user.get("as-groups"):
        # One header a group; aiohttp takes repeated headers as a multidict only, and the API server reads no lists.
        groups = list(user["as-groups"])
        if len(groups) > 1:
            raise UnreachableError("Impersonating more than one group (as-groups) is not supported.")
        headers["Impersonate-Group"] = str(groups[0])
    return headers


def _cluster_info(cluster: Entry) -> JsonObject:
    info: JsonObject = {
        key: cluster.value[key]
        for key in ("server", "tls-server-name", "insecure-skip-tls-verify", "proxy-url")
        if cluster.value.get(key)
    }
    authority = decode(cluster, "certificate-authority")
    if authority:
        info["certificate-authority-data"] = base64.b64encode(authority).decode()
    return info


async def _legacy_provider(access: Access) -> str:
    """The Authorization header of an `auth-provider` (OIDC, Google), renewed and saved by the official client."""
    from kubernetes.aio.client import Configuration  # noqa: PLC0415 - 0.7 s, and hardly any kubeconfig still has this section
    from kubernetes.aio.config import load_kube_config  # noqa: PLC0415 - as above

    configuration = Configuration()
    try:
        await load_kube_config(
            config_file=str(access.source),
            context=access.context,
            client_configuration=configuration,
            persist_config=True,
        )
    except Exception as error:  # the providers raise whatever their libraries raise
        name = (access.user.value["auth-provider"] or {}).get("name")
        raise UnreachableError(
            f"The auth-provider {name!r} of context {access.context!r} gave no credentials: {error}",
            hint="Log in again with the cluster's own tool (auth-provider is obsolete; most now write an exec plugin).",
        ) from error
    return str(configuration.api_key.get("BearerToken") or "")
