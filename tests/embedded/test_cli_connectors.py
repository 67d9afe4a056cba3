"""The verbs of service connectors, as the seed writes them, against a cluster."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from k8stui.model.errors import ConflictError, InvalidInputError, NotFoundError
from k8stui.stacks.document import StackFile
from k8stui.stacks.secrets import Secrets
from tests.cli import k8stui, refused, said


@pytest.fixture(autouse=True)
def stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StackFile:
    monkeypatch.setenv("K8STUI_STACKS", str(tmp_path / "stacks.yaml"))
    return StackFile()


@pytest.fixture
def settings(embedded_kubeconfig: Path, tmp_path: Path) -> list[str]:
    """What a connector of the type token is told about the cluster."""
    content: dict[str, Any] = yaml.safe_load(embedded_kubeconfig.read_text())
    cluster = content["clusters"][0]["cluster"]
    (tmp_path / "ca.crt").write_bytes(base64.b64decode(cluster["certificate-authority-data"]))
    (tmp_path / "token").write_text(content["users"][0]["user"]["token"] + "\n")
    return [f"--server={cluster['server']}", f"--certificate-authority={tmp_path / 'ca.crt'}", "--cluster", "dev"]


def test_a_token_is_registered_verified_connected_and_used(
    settings: list[str], tmp_path: Path, stacks: StackFile
) -> None:
    said("service-connector", "register", "eu", "--type", "token", *settings, "--secret", f"token=@{tmp_path}/token")
    token = (tmp_path / "token").read_text().strip()
    assert token not in stacks.path.read_text()
    shown = "".join(said("service-connector", verb, "eu", "-o", "yaml") for verb in ("describe", "verify"))
    assert token not in shown
    (verified,) = json.loads(said("service-connector", "verify", "eu", "-o", "json"))
    assert (verified["resource"], verified["ok"], verified["error"]) == ("dev", True, None)
    assert verified["version"].startswith("v1.")
    said("orchestrator", "register", "gpu")
    assert said("orchestrator", "connect", "gpu", "--connector", "eu").startswith("orchestrator gpu connected: dev by")
    assert stacks.read().orchestrators["gpu"].resource == "dev"
    assert json.loads(said("service-connector", "list", "-o", "json"))[0]["used_by"] == ["orchestrator gpu"]
    assert isinstance(refused("service-connector", "delete", "eu"), ConflictError)
    said("orchestrator", "disconnect", "gpu")
    said("service-connector", "delete", "eu")
    assert Secrets(stacks.path).read("connector/eu") == {}


def test_a_token_that_is_no_good_is_told_and_can_be_replaced(settings: list[str], tmp_path: Path) -> None:
    (tmp_path / "old").write_text("expired")
    said("service-connector", "register", "eu", "-t", "token", *settings, "--secret", f"token=@{tmp_path}/old")
    done = k8stui("service-connector", "verify", "eu")
    assert done.exit_code == 6
    assert "(connector eu) were not accepted" in done.stderr
    assert "expired" not in done.stdout
    said("service-connector", "update", "eu", "--secret", f"token=@{tmp_path}/token")
    assert said("service-connector", "verify", "eu", "-o", "name") == "dev\n"
    said("service-connector", "update", "eu", "--token-file", str(tmp_path / "old"), "--unset", "token")
    assert Secrets(StackFile().path).read("connector/eu") == {}
    assert k8stui("service-connector", "verify", "eu").exit_code == 6


def test_resources_of_all_connectors_with_and_without_those_that_fail(
    embedded_kubeconfig: Path, tmp_path: Path
) -> None:
    said("service-connector", "register", "here", "--type", "kubeconfig", f"--kubeconfig={embedded_kubeconfig}")
    said("service-connector", "register", "lost", "--type", "kubeconfig", f"--kubeconfig={tmp_path / 'none'}")
    listing = ("service-connector", "list-resources", "--resource-type", "kubernetes-cluster")
    rows = [line.split() for line in said(*listing, "-e").splitlines()]
    assert rows[1:] == [["here", "kubeconfig", "kubernetes-cluster", "embedded"]]
    done = k8stui(*listing)
    assert done.exit_code == 0
    assert "lost: There is no kubeconfig at" in done.stderr
    both = {one["connector"]: one for one in json.loads(said(*listing, "-o", "json"))}
    assert both["here"]["resources"] == ["embedded"]
    assert both["lost"]["error"].startswith("There is no kubeconfig")
    assert said(*listing, "-o", "name") == "here/embedded\n"


def test_what_is_wrong_changes_nothing(embedded_kubeconfig: Path, stacks: StackFile) -> None:
    said("service-connector", "register", "here", "--type", "kubeconfig", f"--kubeconfig={embedded_kubeconfig}")
    said("orchestrator", "register", "gpu")
    said("artifact-store", "register", "files", "--path=file:///mnt")
    before = stacks.path.read_text()
    assert isinstance(refused("service-connector", "register", "x", "--type", "ldap"), InvalidInputError)
    told = refused("service-connector", "register", "x", "--type", "token", "--server=https://a", "--token=t0p")
    assert "connector.token is a secret" in str(told)
    assert isinstance(refused("service-connector", "list-resources", "-r", "s3-bucket"), InvalidInputError)
    missing = refused("orchestrator", "connect", "gpu", "--connector", "here", "--resource-id", "prod")
    assert isinstance(missing, NotFoundError)
    assert isinstance(refused("orchestrator", "connect", "gpu", "--connector", "there"), NotFoundError)
    # Connectors lead to clusters only, so nothing else is offered to be connected.
    assert "connect" not in said("artifact-store", "--help")
    assert "--connector" not in said("artifact-store", "register", "--help")
    assert isinstance(
        refused("artifact-store", "register", "x", "--path=file:///a", "--connector=here"), InvalidInputError
    )
    assert stacks.path.read_text() == before
