"""The file of stacks: what is written is read again, nothing wrong gets in, and nobody's writing is lost."""

import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.errors import InvalidInputError, K8stuiError
from k8stui.model.stacks import (
    ArtifactStore,
    ArtifactStoreConfig,
    ContainerRegistryConfig,
    Orchestrator,
    ServiceConnector,
    Stack,
    StackDocument,
)
from k8stui.model.variables import STACKS_VARIABLE
from k8stui.stacks.document import StackFile, as_text, document_of
from k8stui.stacks.place import default_path

GPU = KubernetesOrchestratorConfig.model_validate(
    {
        "kubernetes_context": "prod",
        "max_parallelism": 4,
        "pass_zenml_token_as_secret": True,
        "pod_settings": {"node_selectors": {"pool": "gpu"}, "image_pull_secrets": ["regcred"]},
    }
)
WHOLE = StackDocument(
    active="prod",
    stacks={"prod": Stack(orchestrator="gpu", artifact_store="s3")},
    orchestrators={"gpu": Orchestrator(config=GPU), "plain": Orchestrator()},
    artifact_stores={"s3": ArtifactStore(config=ArtifactStoreConfig(path="s3://bucket/prefix"), secrets=("key",))},
)


@pytest.fixture
def file(tmp_path: Path) -> StackFile:
    return StackFile(tmp_path / "config" / "stacks.yaml")


def with_orchestrator(name: str) -> Callable[[StackDocument], StackDocument]:
    return lambda old: old.model_copy(update={"orchestrators": {**old.orchestrators, name: Orchestrator()}})


def refusal(text: str) -> str:
    with pytest.raises(InvalidInputError) as caught:
        document_of(text, "stacks.yaml")
    return str(caught.value)


def test_nothing_is_registered_where_there_is_no_file(file: StackFile) -> None:
    assert file.read() == StackDocument()
    assert not file.path.parent.exists()


def test_what_is_written_is_read_again_and_only_its_owner_may_read_it(file: StackFile) -> None:
    assert file.change(lambda _: WHOLE) == WHOLE
    assert StackFile(file.path).read() == WHOLE
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_defaults_are_not_written_so_that_layers_of_settings_stay_what_they_were(file: StackFile) -> None:
    text = as_text(WHOLE)
    assert "timeout" not in text
    again = document_of(text, "stacks.yaml").orchestrators["gpu"].config
    assert again.explicit() == GPU.explicit()
    assert again.pass_token_as_secret


def test_a_document_that_is_not_possible_is_not_written(file: StackFile) -> None:
    file.change(lambda _: WHOLE)
    before = file.path.read_bytes()
    with pytest.raises(InvalidInputError, match=r"stacks\.prod\.orchestrator: 'gpu' is no registered orchestrator"):
        file.change(lambda old: old.model_copy(update={"orchestrators": {}}))
    assert file.path.read_bytes() == before
    assert [one.name for one in file.path.parent.iterdir() if "lock" not in one.name] == ["stacks.yaml"]


def test_a_change_that_changes_nothing_leaves_the_file_alone(file: StackFile) -> None:
    file.change(lambda _: WHOLE)
    before = file.path.stat().st_ino
    file.change(lambda old: old)
    assert file.path.stat().st_ino == before


def test_no_writer_loses_what_another_one_wrote(file: StackFile) -> None:
    names = [f"one-{number}" for number in range(12)]
    threads = [threading.Thread(target=StackFile(file.path).change, args=(with_orchestrator(name),)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(file.read().orchestrators) == sorted(names)


def test_a_link_stays_one(file: StackFile, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.yaml"
    real.write_text(as_text(WHOLE))
    file.path.parent.mkdir()
    file.path.symlink_to(real)
    file.change(with_orchestrator("new"))
    assert file.path.is_symlink()
    assert "new" in StackFile(real).read().orchestrators


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(K8stuiError, match="cannot be written"):
        StackFile(tmp_path / "file" / "stacks.yaml").change(with_orchestrator("new"))


def test_what_is_no_file_is_not_replaced() -> None:
    null = StackFile(Path(os.devnull))
    assert null.read() == StackDocument()
    with pytest.raises(InvalidInputError, match="/dev/null is no file that could be changed"):
        null.change(with_orchestrator("new"))
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stacks: [", "stacks.yaml, line 1: this is no YAML"),
        ("- 1", "stacks.yaml: expected sections such as stacks and orchestrators, got [1]"),
        ("version: 2\nfuture: {}", "version 2 was written by a newer k8stui; this one knows version 1"),
        ("version: 0", "stacks.yaml.version: 0 is not possible"),
        ("stakcs: {}", "stacks.yaml: unknown field 'stakcs'; did you mean 'stacks'?"),
        ("stacks: []", "stacks.yaml.stacks: [] is not possible"),
        ("active: prod", "stacks.yaml: active: 'prod' is no registered stack; none is registered"),
        ("orchestrators: {gpu: {config: {kubernetes_contxt: a}}}",
         "orchestrators.gpu.config: unknown field 'kubernetes_contxt'; did you mean 'kubernetes_context'?"),
        ("orchestrators: {gpu: {config: {timeout: -1}}}", "orchestrators.gpu.config.timeout: -1 is not possible"),
        ("orchestrators: {gpu: {flavor: airflow}}", "orchestrators.gpu.flavor: 'airflow' is not possible"),
        ("orchestrators: {gpu: {connector: aws}}", "'aws' is no registered service connector; none is registered"),
        ("orchestrators: {-gpu: {}}", "orchestrators: '-gpu' cannot be a name"),
        ("artifact_stores: {a: {config: {path: /mnt}}}", "artifact_stores.a.config.path: '/mnt' is not possible"),
        ("artifact_stores: {a: {}}", "artifact_stores.a.config"),
        ("stacks: {a: {}}", "stacks.a.orchestrator"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(text: str, said: str) -> None:
    assert said in refusal(text)


def test_all_that_is_wrong_is_told_at_once() -> None:
    said = refusal("orchestrators: {a: {flavour: x}, b: {config: {local: perhaps}}}")
    assert "orchestrators.a: unknown field 'flavour'" in said
    assert "orchestrators.b.config.local: 'perhaps' is not possible" in said


def test_a_variable_names_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(STACKS_VARIABLE, str(tmp_path / "mine.yaml"))
    assert default_path() == tmp_path / "mine.yaml"
    monkeypatch.delenv(STACKS_VARIABLE)
    assert default_path().name == "stacks.yaml"
    assert default_path().parent.name == "k8stui"


@pytest.mark.parametrize(
    ("connector", "problem"),
    [
        ("{type: ldap}", "stacks.yaml: connectors.eu: connector.type: 'ldap' is not possible"),
        ("{type: token, config: {server: 'https://a', token: hunter2}}", "connectors.eu.config.token is a secret"),
        ("{type: token, config: {servre: 'https://a'}}", "connectors.eu.config"),
        ("{type: token, config: {server: nowhere}}", "stacks.yaml: connectors.eu: connector.server: 'nowhere'"),
        ("{type: aws, secrets: [password]}", "'password' is no secret of the type aws"),
    ],
)
def test_a_connector_that_could_not_be_used_is_neither_read_nor_written(
    file: StackFile, connector: str, problem: str
) -> None:
    text = f"connectors:\n  eu: {connector}\n"
    assert problem in refusal(text)
    assert "hunter2" not in refusal(text)
    entry = ServiceConnector.model_validate(yaml.safe_load(connector))
    with pytest.raises(InvalidInputError):
        file.change(lambda old: old.model_copy(update={"connectors": {"eu": entry}}))
    assert not file.path.exists()


@pytest.mark.parametrize("uri", ["https://reg.example.com/team", "", "/", "http://reg.example.com"])
def test_what_cannot_stand_before_an_images_name_is_no_registry(uri: str) -> None:
    told = refusal(f"container_registries: {{hub: {{config: {{uri: '{uri}'}}}}}}")
    assert f"container_registries.hub.config.uri: '{uri}' is not possible" in told


def test_a_slash_after_a_registry_is_none_of_its_name() -> None:
    assert ContainerRegistryConfig(uri="reg.example.com:5000/team/").uri == "reg.example.com:5000/team"
