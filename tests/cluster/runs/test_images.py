"""Images: built by buildah, pushed to a registry, pulled by the kubelet with a secret; packages installed by pip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.registry import BASE, PASSWORD, USER, Registry, build_base, index, install, registry
from tests.cluster.runs.space import PIPELINES, Space
from tests.unit.incluster.wheels import tinylib

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]


@pytest.fixture
def made(tmp_path: Path, space: Space, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """A registry, the base image, an index of packages, and a stack of them, which is active."""
    install()
    for name in ("registry", "base", "index/tinylib", "kept"):
        (tmp_path / name).mkdir(parents=True)
    tinylib(tmp_path / "index" / "tinylib")
    (tmp_path / "kept").chmod(0o777)
    for above in (tmp_path, *tmp_path.parents):  # the user of pods must get through
        if not above.stat().st_mode & 0o001:
            above.chmod(above.stat().st_mode | 0o011)
    with registry(tmp_path / "registry") as found, index(tmp_path / "index", space.facts.node_ip) as url:
        variables = {
            **found.env,
            "K8STUI_STACKS": str(tmp_path / "stacks.yaml"),
            "K8STUI_SECRETS": "file",
            "PIP_INDEX_URL": url,
            "PIP_TRUSTED_HOST": space.facts.node_ip,
            "REGISTRY_USER": USER,
            "REGISTRY_PASSWORD": PASSWORD,
            "KEPT": str(tmp_path / "kept"),
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        build_base(found, tmp_path / "base")
        login = ("--secret", "username=env:REGISTRY_USER", "--secret", "password=env:REGISTRY_PASSWORD")
        address = (f"--uri={found.address}/team", "--insecure=true", "--pull_secret=regcred")
        told(space, "container-registry", "register", "reg", *address, *login)
        told(space, "orchestrator", "register", "here", f"--kubernetes_namespace={space.namespace}")
        told(space, "stack", "register", "mine", "-o", "here", "-c", "reg", "--set")
        yield found


def told(space: Space, *arguments: str) -> str:
    done = space.k8stui(*arguments)
    assert done.code == 0, done.err
    assert PASSWORD not in done.out + done.err
    return done.out.strip()


def images(space: Space) -> set[str]:
    return {one["image"] for pod in space.objects("pods") for one in pod["spec"]["containers"]}


def test_an_image_is_built_pushed_and_pulled_with_the_pull_secret(made: Registry, space: Space) -> None:
    flow = str(PIPELINES / "tiny.py:tiny")
    name = told(space, "image", "build", flow, "--base", BASE, "--push", "--tool", "buildah", "-o", "name")
    assert name.startswith(f"{made.address}/team/tiny:")

    stranger = space.k8stui("run", flow, "--image", name, "--no-synchronous", "-o", "name")
    assert stranger.code == 0, stranger.err
    why = eventually(
        lambda: found if "refuses access" in (found := space.k8stui("why", stranger.out.strip()).out) else "",
        what="a run without the Secret is refused by the registry, and why tells so",
    )
    assert "and there is no Secret regcred to pull by" in why
    told(space, "runs", "delete", stranger.out.strip(), "--force")

    assert told(space, "image", "secret") == f"secret/regcred created in namespace {space.namespace}"
    assert told(space, "image", "secret") == f"secret/regcred renewed in namespace {space.namespace}"
    done = space.k8stui("run", flow, "--image", name)
    assert done.code == 0, done.err + done.out
    assert "tinylib 1.0" in done.out
    assert "installed" not in done.out, "the image has it"
    assert images(space) == {name}


def test_requirements_are_installed_once_by_pip_and_the_plain_image_comes_from_the_registry(
    made: Registry, space: Space
) -> None:
    told(space, "image", "secret")
    assert told(space, "image", "push", "--tool", "buildah", BASE.removeprefix("localhost/")).endswith("pushed")
    image = f"{made.address}/team/python-with-pip:1"
    flow = str(PIPELINES / "tiny.py:installing")
    first = space.k8stui("run", flow, "--image", image)
    assert first.code == 0, first.err + first.out
    assert "installed tinylib==1.0 in" in first.out
    second = space.k8stui("run", flow, "--image", image)
    assert second.code == 0, second.err + second.out
    assert "requirements found in /kept" in second.out
    lacking = space.k8stui("run", flow, "--image", space.facts.images["python"])
    assert lacking.code == 1
    assert "need pip, which image" in lacking.out
