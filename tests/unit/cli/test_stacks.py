"""The verbs of stacks and components, as the seed writes them."""

from __future__ import annotations

import io
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from k8stui.model.errors import ConflictError, InvalidInputError, NotFoundError
from k8stui.stacks.document import StackFile
from k8stui.stacks.kinds import KINDS
from k8stui.stacks.secrets import Secrets
from k8stui_tui.cli.stacks.given import read_secrets, read_settings
from tests.cli import k8stui, refused, said


@pytest.fixture
def stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StackFile:
    monkeypatch.setenv("K8STUI_STACKS", str(tmp_path / "stacks.yaml"))
    return StackFile()


def test_the_seeds_commands_register_a_stack_that_is_used(stacks: StackFile) -> None:
    said(
        "orchestrator", "register", "gpu", "--flavor=kubernetes", "--kubernetes_context=prod", "--max-parallelism", "4"
    )
    said("artifact-store", "register", "s3", "-f", "s3", "--path=s3://bucket", "--options.endpoint_url=http://minio")
    said("container-registry", "register", "hub", "--flavor", "default", "--uri=registry.example.com:5000")
    said("image-builder", "register", "here", "--tool=buildah")
    assert said("stack", "register", "prod", "-o", "gpu", "-a", "s3", "-c", "hub", "-i", "here", "--set") == (
        "stack prod registered and active\n"
    )
    document = stacks.read()
    assert document.orchestrators["gpu"].config.kubernetes_context == "prod"
    assert document.orchestrators["gpu"].config.max_parallelism == 4
    assert document.artifact_stores["s3"].config.options == {"endpoint_url": "http://minio"}
    assert document.active == "prod"
    assert stat.S_IMODE(stacks.path.stat().st_mode) == 0o600

    assert said("stack", "get") == "prod\n"
    assert "yes     prod   gpu" in said("stack", "list")
    assert "s3://bucket" in said("artifact-store", "list")
    assert "context prod, namespace zenml" in said("stack", "describe")
    assert json.loads(said("stack", "describe", "-o", "json"))["orchestrator"]["config"]["max_parallelism"] == 4
    assert json.loads(said("orchestrator", "describe", "-o", "json"))["stacks"] == ["prod"]

    assert isinstance(refused("orchestrator", "delete", "gpu"), ConflictError)
    assert isinstance(refused("stack", "delete", "prod"), ConflictError)
    said("stack", "unset")
    assert isinstance(refused("stack", "get"), NotFoundError)
    said("stack", "delete", "prod")
    said("orchestrator", "delete", "gpu")
    assert stacks.read().orchestrators == {}


def test_a_context_that_the_kubeconfig_has_not_is_noted(stacks: StackFile, monkeypatch: pytest.MonkeyPatch) -> None:
    file = stacks.path.with_name("config")
    file.write_text("contexts: [{name: dev, context: {cluster: dev, user: ada}}]")
    monkeypatch.setenv("KUBECONFIG", str(file))
    done = k8stui("orchestrator", "register", "a", "--kubernetes_context=dve")
    assert "Note: your kubeconfig has no context 'dve'; it has: dev" in done.stderr
    assert "Note" not in k8stui("orchestrator", "update", "a", "--kubernetes_context=dev").stderr


def test_nothing_is_half_registered(stacks: StackFile) -> None:
    secret = stacks.path.with_name("secret")
    secret.write_text("hunter2\n")
    wrong = ("artifact-store", "register", "s3", "--path=s4://bucket", "--secret", f"key=@{secret}")
    assert "'s4://bucket' is not possible" in str(refused(*wrong))
    assert not stacks.path.exists()
    assert Secrets(stacks.path).read("artifact_store/s3") == {}


def test_a_secret_is_kept_apart_and_goes_with_its_component(stacks: StackFile) -> None:
    secret = stacks.path.with_name("secret")
    secret.write_text("hunter2\n")
    said("artifact-store", "register", "s3", "--path=s3://bucket", "--secret", f"key=@{secret}")
    assert "hunter2" not in stacks.path.read_text()
    assert "hunter2" not in said("artifact-store", "describe", "s3", "-o", "json")
    assert Secrets(stacks.path).read("artifact_store/s3") == {"key": "hunter2"}
    said("artifact-store", "delete", "s3")
    assert Secrets(stacks.path).read("artifact_store/s3") == {}


def test_a_secret_goes_only_once_no_file_names_it(stacks: StackFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("K", "value")
    server = ("--type", "token", "--server=https://10.0.0.1:6443")
    said("service-connector", "register", "eu", *server, "--secret", "token=env:K")
    without = ("service-connector", "update", "eu", "--token_file=/token", "--unset", "token")

    def fail(*_: object) -> None:
        raise ConflictError("The disk is full.")

    with monkeypatch.context() as full:
        full.setattr("k8stui.stacks.document.replace_private", fail)
        assert "The disk is full" in str(refused(*without))
    assert Secrets(stacks.path).read("connector/eu") == {"token": "value"}
    said(*without)
    assert Secrets(stacks.path).read("connector/eu") == {}


def test_a_stack_goes_from_one_person_to_another(stacks: StackFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("K", "value")
    said("orchestrator", "register", "gpu", "--secret", "token=env:K")
    said("stack", "register", "prod", "-o", "gpu", "--set")
    file = stacks.path.with_name("prod.yaml")
    said("stack", "export", "prod", str(file))
    monkeypatch.setenv("K8STUI_STACKS", str(stacks.path.with_name("other") / "stacks.yaml"))
    done = k8stui("stack", "import", str(file))
    assert done.stdout == "stack prod imported\n"
    assert "k8stui orchestrator update gpu --secret token" in done.stderr
    assert StackFile().read().active == ""
    assert "value" not in file.read_text()


@pytest.mark.parametrize(
    ("arguments", "name", "settings"),
    [
        (["gpu", "--kubernetes-context", "prod"], "gpu", {"kubernetes_context": "prod"}),
        (["--kubernetes_context=prod", "gpu"], "gpu", {"kubernetes_context": "prod"}),
        (["--local", "gpu"], "gpu", {"local": "true"}),
        (["gpu", "--local", "false"], "gpu", {"local": "false"}),
        (["gpu", "--pod_settings.node_selectors.pool=a", "--pod_settings.scheduler_name=b"], "gpu",
         {"pod_settings": {"node_selectors": {"pool": "a"}, "scheduler_name": "b"}}),
        (["gpu", '--pod_settings={"labels": {"a": "b"}}'], "gpu", {"pod_settings": {"labels": {"a": "b"}}}),
        ([], "", {}),
    ],
)  # fmt: skip
def test_settings_are_read_in_any_order_and_spelling(arguments: list[str], name: str, settings: Any) -> None:
    assert read_settings(KINDS["orchestrator"], arguments) == (name, settings)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["a", "b"], "One name is expected, and 2 are given: a, b"),
        (["a", "--timeout"], "--timeout needs a value"),
        (["a", "--timeout=1", "--timeout=2"], "orchestrator.timeout is given twice"),
        (["a", "-x"], "There is no option -x"),
        (["a", "--pod_settings=@/no/such"], "--pod_settings: /no/such cannot be read"),
    ],
)
def test_settings_that_cannot_be_understood_are_refused(arguments: list[str], problem: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_settings(KINDS["orchestrator"], arguments)
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("pod_settings", "labels:\n  a: b\n", {"labels": {"a": "b"}}),
        ("pod_settings", '\n# of the team\n{"labels": {"a": "b"}}\n', {"labels": {"a": "b"}}),
        ("pod_settings.tolerations", "- key: gpu\n", [{"key": "gpu"}]),
        ("kubernetes_context", "arn:aws:eks: prod\n", "arn:aws:eks: prod"),
        ("max_parallelism", "4\n", "4"),
    ],
)
def test_a_setting_in_a_file_is_read_as_yaml_where_it_is_a_table_or_list(
    tmp_path: Path, name: str, text: str, value: Any
) -> None:
    (tmp_path / "given").write_text(text)
    _, found = read_settings(KINDS["orchestrator"], [f"--{name}=@{tmp_path / 'given'}"])
    for part in name.split("."):
        found = found[part]
    assert found == value


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: b\nhunter2: [\n", "given, line 3, is neither JSON nor YAML."),
        ("hunter2\nhunter3\n", "given holds neither a table nor a list."),
    ],
)
def test_a_file_that_cannot_be_read_as_a_setting_is_named_and_not_quoted(
    tmp_path: Path, text: str, problem: str
) -> None:
    (tmp_path / "given").write_text(text)
    with pytest.raises(InvalidInputError) as caught:
        read_settings(KINDS["orchestrator"], [f"--pod_settings=@{tmp_path / 'given'}"])
    assert str(caught.value).endswith(problem)
    assert "hunter" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (["key=hunter2"], "a value on the line would stand in the shell's history"),
        (["key"], "There is nobody to ask for the secret key"),
        (["key=env:NOT_SET_HERE"], "the variable NOT_SET_HERE is not set"),
        (["key=@/no/such"], "/no/such cannot be read"),
    ],
)
def test_secrets_never_stand_on_the_line(given: list[str], problem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(InvalidInputError) as caught:
        read_secrets(given)
    assert problem in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_the_help_tells_the_settings() -> None:
    shown = said("orchestrator", "register", "--help")
    assert "--kubernetes_context" in shown
    assert "a context of the kubeconfig" in shown
