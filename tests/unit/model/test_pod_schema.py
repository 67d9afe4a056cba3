"""The schema in the package is what the Kubernetes client's models say."""

from k8stui.model.kubernetes_types import fields_of
from tools.make_pod_schema import TARGET, render


def test_the_file_is_what_its_program_makes_of_the_installed_client() -> None:
    assert TARGET.read_text(encoding="utf-8") == render()


def test_it_knows_what_the_client_only_calls_a_text() -> None:
    assert fields_of("V1ResourceRequirements")["limits"] == "quantities"
    assert fields_of("V1LabelSelector")["matchLabels"] == "labels"
    assert fields_of("V1EnvVar")["name"] == "envName"
