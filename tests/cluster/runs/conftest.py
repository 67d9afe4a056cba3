"""Fixtures for runs on the real cluster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.cluster.real.facts import Facts
from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.space import Space, new_space


@pytest.fixture(scope="session")
def facts() -> Facts:
    """What is known of the cluster; without one, every test of this suite fails."""
    return Facts.load()


@pytest.fixture
def space(facts: Facts) -> Iterator[Space]:
    """A namespace of this test's own."""
    with new_space(facts) as found:
        yield found


@pytest.fixture
def editor(space: Space, tmp_path: Path) -> Space:
    """The same namespace for a person with Kubernetes' role `edit` there, which can't make roles."""
    person = _person(space, tmp_path, "editor")
    space.kubectl("create", "rolebinding", "editor", "--clusterrole=edit", f"--serviceaccount={space.namespace}:editor")
    eventually(lambda: space.may("editor", "create", "pods"), what="the binding has reached the authorizer")
    return person


@pytest.fixture
def nobody(space: Space, tmp_path: Path) -> Space:
    """The same namespace for a person without any rights."""
    return _person(space, tmp_path, "nobody")


def _person(space: Space, folder: Path, name: str) -> Space:
    space.kubectl("create", "serviceaccount", name)
    config = yaml.safe_load(Path(space.kubeconfig).read_text())
    token = space.kubectl("create", "token", name).strip()
    config["users"] = [{"name": user["name"], "user": {"token": token}} for user in config["users"]]
    own = folder / f"{name}.kubeconfig"
    own.touch(mode=0o600)
    own.write_text(yaml.safe_dump(config))
    return replace(space, kubeconfig=str(own))
