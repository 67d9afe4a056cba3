"""The tools that build images: which is taken, what they are told, and what is told of them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from k8stui.model.errors import InvalidInputError, K8stuiError
from k8stui.model.stacks import ContainerRegistryConfig
from k8stui.stacks.building import (
    Registry,
    build,
    build_command,
    find_tool,
    pull_command,
    pull_secret,
    push_commands,
)

REGISTRY = Registry(
    ContainerRegistryConfig(uri="reg.example:5000/team", pull_secret="regcred", insecure=True),
    {"username": "ada", "password": "word"},
)


def tool(folder: Path, name: str, script: str) -> None:
    """A program that stands for a tool."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker-home"))
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(tmp_path / "auth.json"))
    monkeypatch.setattr("shutil.which", lambda name: found if Path(found := f"{tmp_path}/{name}").exists() else None)
    return tmp_path


async def test_the_first_tool_that_works_is_taken_and_else_each_is_told_of(programs: Path) -> None:
    tool(programs, "docker", "echo 'Cannot connect to the Docker daemon' >&2; exit 1")
    with pytest.raises(K8stuiError) as caught:
        await find_tool()
    assert caught.value.message == (
        "No image can be built here: docker does not work (Cannot connect to the Docker daemon); "
        "podman is not installed; buildah is not installed"
    )
    tool(programs, "buildah", "exit 0")
    assert await find_tool() == "buildah"
    with pytest.raises(K8stuiError, match="docker does not work"):
        await find_tool("docker")
    with pytest.raises(InvalidInputError, match="'kaniko' is no tool"):
        await find_tool("kaniko")


def test_logins_are_in_no_argument_and_plain_http_is_asked_for() -> None:
    logins = Path("/l")
    built = build_command("buildah", "n:1", Path("/d"), registry=REGISTRY, logins=logins)
    assert built[:4] == ["buildah", "build", "--tls-verify=false", "--authfile"]
    (pushed,) = push_commands("podman", "reg.example:5000/team/n:1", registry=REGISTRY, logins=logins)
    assert pushed[-2:] == ["reg.example:5000/team/n:1", "docker://reg.example:5000/team/n:1"]
    tag, docker = push_commands("docker", "python:3", registry=REGISTRY, logins=logins)
    assert tag == ["docker", "tag", "python:3", "reg.example:5000/team/python:3"]
    assert docker == ["docker", "--config", "/l", "push", "reg.example:5000/team/python:3"]
    assert "word" not in " ".join([*built, *pushed, *docker, repr(REGISTRY)])


def test_a_failed_build_is_told_and_leaves_no_login_behind(programs: Path) -> None:
    seen = programs / "seen"
    tool(programs, "buildah", f'cp "$4" {seen}; echo "$4" > {seen}.path; exit 125')
    with pytest.raises(K8stuiError, match="building n:1 failed: buildah exited with 125"):
        asyncio.run(build("buildah", "n:1", "FROM x\n", registry=REGISTRY))
    assert json.loads(seen.read_text())["auths"] == {"reg.example:5000": {"auth": "YWRhOndvcmQ="}}
    assert not Path((programs / "seen.path").read_text().strip()).exists()


def test_the_pull_secret_is_made_of_the_registered_login() -> None:
    made = pull_secret(REGISTRY, "ml")
    assert (made["metadata"], made["type"]) == (
        {"name": "regcred", "namespace": "ml"},
        "kubernetes.io/dockerconfigjson",
    )
    with pytest.raises(InvalidInputError, match="names no pull secret"):
        pull_secret(Registry(), "ml")
    with pytest.raises(InvalidInputError, match="no username and password"):
        pull_secret(Registry(REGISTRY.config), "ml")


@pytest.mark.parametrize("host", ["docker.io", "index.docker.io"])
def test_the_login_of_docker_hub_stands_where_it_is_looked_for(host: str) -> None:
    registry = Registry(ContainerRegistryConfig(uri=f"{host}/team"), REGISTRY.login)
    assert list(registry.docker_config["auths"]) == ["https://index.docker.io/v1/"]


def test_an_image_is_pulled_with_the_logins_and_without_tls_from_the_registry_only() -> None:
    logins = Path("/l")
    assert pull_command("docker", "a/b", registry=REGISTRY, logins=logins) == [
        "docker",
        "--config",
        "/l",
        "pull",
        "a/b",
    ]
    own = pull_command("podman", "reg.example:5000/a", registry=REGISTRY, logins=logins)
    assert own[2:4] == ["--tls-verify=false", "--authfile"]
    assert "--tls-verify=false" not in pull_command("podman", "quay.io/a", registry=REGISTRY, logins=logins)


def test_docker_keeps_the_persons_context_plugins_and_other_logins(programs: Path) -> None:
    home, seen = programs / "docker-home", programs / "seen"
    (home / "contexts" / "meta").mkdir(parents=True)
    (home / "cli-plugins").mkdir()
    own = {"currentContext": "lab", "credsStore": "desktop", "auths": {"quay.io": {"auth": "cQ=="}}}
    (home / "config.json").write_text(json.dumps(own))
    tool(programs, "docker", f'cp -RL "$2" {seen}')
    asyncio.run(build("docker", "n:1", "FROM x\n", registry=REGISTRY))
    assert json.loads((seen / "config.json").read_text()) == {
        **own,
        "auths": {"quay.io": {"auth": "cQ=="}, "reg.example:5000": {"auth": "YWRhOndvcmQ="}},
        "credHelpers": {"reg.example:5000": ""},
    }
    assert (seen / "contexts" / "meta").is_dir()
    assert (seen / "cli-plugins").is_dir()
    assert (home / "contexts" / "meta").is_dir()  # what is cleared away is the link, not what it leads to


def test_podman_keeps_the_persons_logins_for_other_registries(programs: Path) -> None:
    seen = programs / "seen"
    auths = {"quay.io": {"auth": "cQ=="}, "reg.example:5000/team": {"auth": "b2xk"}}
    (programs / "auth.json").write_text(json.dumps({"auths": auths, "credHelpers": {"reg.example:5000": "pass"}}))
    tool(programs, "buildah", f'cp "$4" {seen}')
    asyncio.run(build("buildah", "n:1", "FROM x\n", registry=REGISTRY))
    assert json.loads(seen.read_text()) == {
        "auths": {"quay.io": {"auth": "cQ=="}, "reg.example:5000": {"auth": "YWRhOndvcmQ="}},
        "credHelpers": {},
    }
