"""Connectors that name an API server: with a bearer token, or with a login plugin.

They are written as a context of a kubeconfig would be, and go the way that one goes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from k8stui.cluster.connect import access_login
from k8stui.cluster.credentials import Secret
from k8stui.cluster.kubeconfig import Access, Entry
from k8stui.cluster.login import Login
from k8stui.model.errors import InvalidInputError
from k8stui.stacks.connectors.base import Connector, ConnectorConfig


class ServerConfig(ConnectorConfig):
    """The address of an API server, in the words of a kubeconfig.

    Raises:
        InvalidInputError: A field is unknown or wrong.
    """

    server: str = Field(description="the API server's URL, such as https://10.0.0.1:6443")
    cluster: str = Field("", description="what the cluster is called; empty for the server's host")
    certificate_authority: str = Field("", description="a file with the PEM of its authority; empty for the system's")
    insecure_skip_tls_verify: bool = Field(False, description="true or false: whether its certificate goes unchecked")
    tls_server_name: str = Field("", description="the name in its certificate, where it is not the host")
    proxy_url: str = Field("", description="an HTTP proxy on the way there; empty for HTTPS_PROXY")

    @field_validator("server")
    @classmethod
    def _is_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise InvalidInputError(
                f"connector.server: {value!r} is not possible: it should be a URL such as https://10.0.0.1:6443"
            )
        return value.rstrip("/")

    @field_validator("proxy_url")
    @classmethod
    def _is_proxy(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"http", "https"}:
            raise InvalidInputError(
                f"connector.proxy_url: {value!r} is not possible: it should begin with http:// or https://"
            )
        return value

    @field_validator("certificate_authority")
    @classmethod
    def _is_absolute(cls, value: str) -> str:
        return absolute(value, "certificate_authority")

    @property
    def called_cluster(self) -> str:
        """What the cluster is called."""
        return self.cluster or str(urlsplit(self.server).hostname)


class ServerConnector(Connector):
    """One API server."""

    def _user(self) -> dict[str, Any]:
        """The user's part, as in a kubeconfig."""
        raise NotImplementedError

    async def _clusters(self) -> list[str]:
        """The one that is named."""
        return [self.config.called_cluster]

    async def _login(self, cluster: str, *, interactive: bool) -> Login:
        config = self.config
        if cluster != config.called_cluster:
            raise self.no_such(cluster, [config.called_cluster])
        keys = ("server", "certificate_authority", "insecure_skip_tls_verify", "tls_server_name", "proxy_url")
        entry = {key.replace("_", "-"): value for key in keys if (value := getattr(config, key))}
        here = Path("/")
        access = Access("", "", Entry(entry, here), Entry(self._user(), here), here)
        return access_login(access, interactive=interactive)


class TokenConfig(ServerConfig):
    """An API server and where its token is."""

    token_file: str = Field("", description="a file that the token is read from again and again; else a secret")

    @field_validator("token_file")
    @classmethod
    def _token_file_is_absolute(cls, value: str) -> str:
        return absolute(value, "token_file")


class KeptToken:
    """A token among the secrets: one that was refused is read again, since a person may have given a new one."""

    def __init__(self, token: str, reread: Callable[[], Mapping[str, str]]) -> None:
        self._token = token
        self._reread = reread

    async def current(self) -> Secret:
        """The token."""
        return Secret({"Authorization": f"Bearer {self._token}"})

    async def reload(self, refused: Secret) -> bool:
        """Read the secrets again."""
        self._token = (await asyncio.to_thread(self._reread)).get("token") or self._token
        return await self.current() != refused


class TokenConnector(ServerConnector):
    """A bearer token, such as a service account's."""

    kind = "token"
    config_model = TokenConfig
    secret_names: ClassVar = {"token": "a bearer token"}

    def _user(self) -> dict[str, Any]:
        token = self._secrets.get("token", "")
        if not token and not self.config.token_file:
            raise InvalidInputError(
                f"The connector {self.name!r} has no token.",
                hint=f"k8stui service-connector update {self.name} --secret token, or --token_file=FILE",
            )
        return {"tokenFile": self.config.token_file} if self.config.token_file else {"token": token}

    async def _login(self, cluster: str, *, interactive: bool) -> Login:
        login = await super()._login(cluster, interactive=interactive)
        if self.config.token_file:
            return login
        return replace(login, credentials=KeptToken(self._secrets["token"], self.reread))


class ExecConfig(ServerConfig):
    """An API server and the program that logs in there, in the words of a kubeconfig's exec section."""

    command: str = Field(description="a credential plugin, as in a kubeconfig's exec section")
    args: tuple[str, ...] = Field((), description="a list of its arguments")
    env: dict[str, str] = Field(default_factory=dict, description="a table of its variables")
    api_version: str = Field(
        "client.authentication.k8s.io/v1", description="the version of ExecCredential that it speaks"
    )
    interactive_mode: str = Field("IfAvailable", description="Never, IfAvailable or Always: whether it may ask")
    provide_cluster_info: bool = Field(False, description="true or false: whether it is told about the cluster")

    @model_validator(mode="after")
    def _known_words(self) -> ExecConfig:
        versions = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")
        for name, known in (("api_version", versions), ("interactive_mode", ("Never", "IfAvailable", "Always"))):
            value = getattr(self, name)
            if value not in known:
                raise InvalidInputError(
                    f"connector.{name}: {value!r} is not possible: it should be {' or '.join(known)}"
                )
        return self


class ExecConnector(ServerConnector):
    """A credential plugin; secrets are variables that it gets."""

    kind = "exec"
    config_model = ExecConfig
    any_secret = True

    def _user(self) -> dict[str, Any]:
        config = self.config
        variables = {**config.env, **self._secrets}
        section = {
            "apiVersion": config.api_version,
            "command": config.command,
            "args": list(config.args),
            "env": [{"name": name, "value": value} for name, value in variables.items()],
            "interactiveMode": config.interactive_mode,
            "provideClusterInfo": config.provide_cluster_info,
        }
        return {"exec": section}


def absolute(value: str, field: str) -> str:
    """A path that means the same from every folder.

    Raises:
        InvalidInputError: It is relative.
    """
    if not value:
        return ""
    path = Path(value).expanduser()
    if not path.is_absolute():
        raise InvalidInputError(
            f"connector.{field}: {value!r} is not possible: it should be an absolute path, such as {path.absolute()}"
        )
    return str(path)
