"""Builds and pushes images by the tool that a person has: docker, podman or buildah.

The tool's own words go where its output goes. Logins are given in a file of our own that only this user can read, never
in arguments, which every user of the machine sees.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import tempfile
from asyncio.subprocess import DEVNULL, PIPE
from base64 import b64encode
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from k8stui.model.errors import InvalidInputError, K8stuiError
from k8stui.model.stacks import ContainerRegistryConfig
from k8stui.plan.images import INDEX_VARIABLES
from k8stui.stacks.active import ActiveStack
from k8stui.stacks.logins import login_folder
from k8stui.stacks.secrets import Secrets

TOOLS = ("docker", "podman", "buildah")
"""In the order in which they are tried."""

_PROBES = {"docker": ("version", "--format", "{{.Server.Version}}"), "podman": ("info",), "buildah": ("info",)}
"""What works only where the tool does: a docker without its daemon answers everything but builds nothing."""

_PROBE_SECONDS = 20

_HUB = "https://index.docker.io/v1/"
"""What docker's config files call Docker Hub; under its host nobody looks."""
_HUB_HOSTS = ("docker.io", "index.docker.io")


@dataclass(frozen=True)
class Registry:
    """Where images are pushed to.

    Attributes:
        config: As it is registered; None where none is, and then the tool's own logins count.
        login: Its `username` and `password`; empty for the tool's own.
    """

    config: ContainerRegistryConfig | None = None
    login: Mapping[str, str] | None = None

    def __repr__(self) -> str:
        return f"Registry({self.config!r})"

    @property
    def host(self) -> str:
        """`registry.example.com:5000`; empty for none."""
        return self.config.uri.partition("/")[0] if self.config else ""

    def name_of(self, image: str) -> str:
        """What an image is called in the registry: `python:3.11-slim` becomes `registry.example.com/python:3.11-slim`.

        An image that names a registry itself keeps its name.
        """
        first, slash, _ = image.partition("/")
        elsewhere = bool(slash) and ("." in first or ":" in first or first == "localhost")
        return image if self.config is None or elsewhere else f"{self.config.uri}/{image}"

    @property
    def docker_config(self) -> dict[str, Any]:
        """The login as a docker config file has it, which all tools and Kubernetes read."""
        login = self.login or {}
        if not self.host or "username" not in login:
            return {}
        pair = f"{login['username']}:{login.get('password', '')}"
        key = _HUB if self.host in _HUB_HOSTS else self.host
        return {"auths": {key: {"auth": b64encode(pair.encode()).decode()}}}


async def find_tool(wanted: str = "") -> str:
    """The tool to build with.

    Args:
        wanted: The only one that will do; empty for the first that works.

    Raises:
        K8stuiError: None works; the message says of each why.
    """
    if wanted and wanted not in TOOLS:
        raise InvalidInputError(f"{wanted!r} is no tool to build with", hint=f"There are: {', '.join(TOOLS)}.")
    said = {}
    for tool in [wanted] if wanted else TOOLS:
        said[tool] = await _problem(tool)
        if not said[tool]:
            return tool
    raise K8stuiError(
        "No image can be built here: " + "; ".join(f"{tool} {problem}" for tool, problem in said.items()),
        hint="Install buildah (needs no daemon), podman or docker. A run needs no build: requirements= are installed "
        "when its steps start.",
    )


async def _problem(tool: str) -> str:
    program = shutil.which(tool)
    if program is None:
        return "is not installed"
    process = await asyncio.create_subprocess_exec(program, *_PROBES[tool], stdin=DEVNULL, stdout=PIPE, stderr=PIPE)
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            _, errors = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return f"gives no answer within {_PROBE_SECONDS} s"
    if process.returncode == 0:
        return ""
    lines = errors.decode("utf-8", "replace").strip().splitlines()
    return f"does not work ({lines[-1].strip()})" if lines else f"does not work (exit code {process.returncode})"


def build_command(tool: str, name: str, folder: Path, *, registry: Registry, logins: Path | None) -> list[str]:
    """The command that builds the `Dockerfile` in a folder.

    Args:
        tool: One of `TOOLS`.
        name: Of the image.
        folder: Where the Dockerfile is.
        registry: Whose images it may begin with.
        logins: A folder with a `config.json`; None for the tool's own logins.
    """
    file = ["--file", str(folder / "Dockerfile"), "--tag", name]
    for variable in INDEX_VARIABLES:
        if variable in os.environ:
            file += ["--build-arg", variable]  # its value is read from the environment and so in no list of processes
    if tool == "docker":
        return [tool, *_docker(logins), "build", *file, str(folder)]
    return [tool, "build", *_others(registry, logins), *file, str(folder)]


def push_commands(tool: str, name: str, *, registry: Registry, logins: Path | None) -> list[list[str]]:
    """The commands that push an image, under its name in the registry; see `build_command`."""
    target = registry.name_of(name)
    if tool == "docker":
        tag = [] if target == name else [[tool, "tag", name, target]]
        return [*tag, [tool, *_docker(logins), "push", target]]
    return [[tool, "push", *_others(registry, logins), name, f"docker://{target}"]]


def pull_command(tool: str, name: str, *, registry: Registry, logins: Path | None) -> list[str]:
    """The command that pulls an image, from wherever it is; see `build_command`."""
    if tool == "docker":
        return [tool, *_docker(logins), "pull", name]
    # Only the registry itself may do without TLS.
    source = registry if name.partition("/")[0] == registry.host else Registry()
    return [tool, "pull", *_others(source, logins), name]


def _docker(logins: Path | None) -> list[str]:
    return ["--config", str(logins)] if logins else []


def _others(registry: Registry, logins: Path | None) -> list[str]:
    insecure = ["--tls-verify=false"] if registry.config and registry.config.insecure else []
    return [*insecure, *(["--authfile", str(logins / "config.json")] if logins else [])]


async def build(tool: str, name: str, dockerfile: str, *, registry: Registry, output: IO[Any] | None = None) -> None:
    """Build an image.

    Args:
        tool: As `find_tool` found it.
        name: Of the image.
        dockerfile: How it is made.
        registry: Whose images it may begin with.
        output: Where the tool's words go; None for where ours go.

    Raises:
        K8stuiError: The tool failed; it has said why.
    """
    with tempfile.TemporaryDirectory(prefix="k8stui-image-") as folder, _logins(tool, registry) as logins:
        (Path(folder) / "Dockerfile").write_text(dockerfile, encoding="utf-8")
        await _run(
            build_command(tool, name, Path(folder), registry=registry, logins=logins), output, f"building {name}"
        )


async def push(tool: str, name: str, *, registry: Registry, output: IO[Any] | None = None) -> None:
    """Push an image to the registry, under its name there; one that is not on this machine is pulled before.

    See `build` for the arguments.

    Raises:
        K8stuiError: The tool failed; it has said why.
    """
    with _logins(tool, registry) as logins:
        hint = f"Is the login right? k8stui container-registry describe; or log in by {tool} login."
        if tool == "docker" and registry.config and registry.config.insecure:
            hint += ' For plain HTTP, docker\'s daemon needs "insecure-registries" in its daemon.json.'
        if not await _is_local(tool, name):
            await _run(pull_command(tool, name, registry=registry, logins=logins), output, f"pulling {name}")
        for command in push_commands(tool, name, registry=registry, logins=logins):
            await _run(command, output, f"pushing {registry.name_of(name)}", hint=hint)


async def _is_local(tool: str, name: str) -> bool:
    look = ["inspect", "--type", "image", name] if tool == "buildah" else ["image", "inspect", name]
    process = await asyncio.create_subprocess_exec(tool, *look, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL)
    return await process.wait() == 0


def _logins(tool: str, registry: Registry) -> AbstractContextManager[Path | None]:
    return login_folder(tool, registry.docker_config.get("auths") or {})


async def _run(command: Sequence[str], output: IO[Any] | None, what: str, *, hint: str = "") -> None:
    process = await asyncio.create_subprocess_exec(*command, stdin=DEVNULL, stdout=output, stderr=output)
    try:
        code = await process.wait()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    if code:
        raise K8stuiError(f"{what} failed: {command[0]} exited with {code}; what it said stands above", hint=hint)


def registry_of(stack: ActiveStack | None, secrets: Secrets) -> Registry:
    """The registry of a stack, with its login; none where the stack has none."""
    if stack is None or stack.container_registry is None:
        return Registry()
    return Registry(
        stack.container_registry.config, secrets.read(f"container_registry/{stack.names.container_registry}")
    )


def pull_secret(registry: Registry, namespace: str) -> dict[str, Any]:
    """The Secret by which pods pull from a registry.

    Raises:
        InvalidInputError: The registry names no pull secret, or has no login.
    """
    name = registry.config.pull_secret if registry.config else ""
    if not name:
        raise InvalidInputError(
            "The container registry of the stack names no pull secret",
            hint="k8stui container-registry update NAME --pull_secret=SECRET",
        )
    if not registry.docker_config:
        raise InvalidInputError(
            "The container registry of the stack has no username and password",
            hint="k8stui container-registry update NAME --secret username --secret password",
        )
    text = json.dumps(registry.docker_config)
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/dockerconfigjson",
        "metadata": {"name": name, "namespace": namespace},
        "data": {".dockerconfigjson": b64encode(text.encode()).decode()},
    }
