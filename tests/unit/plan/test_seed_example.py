"""The seed page's big example: every field arrives in the pod it is meant for, and nothing else changes."""

import pytest

from k8stui.plan.request import CompiledRun
from tests.unit.plan.samples import (
    compiled,
    container,
    container_step,
    master_pod,
    must_be_known_to_kubernetes,
    python_step,
    step_pod,
    variables,
)
from tests.unit.plan.seed_settings import kubernetes_settings


@pytest.fixture(scope="module")
def run() -> CompiledRun:
    return compiled(python_step("a"), container_step("b"), settings=kubernetes_settings)


@pytest.mark.parametrize("step", ["a", "b"])
def test_the_step_pods_have_all_of_it(run: CompiledRun, step: str) -> None:
    pod = step_pod(run, step)
    must_be_known_to_kubernetes(pod)
    spec = pod["spec"]
    assert spec["nodeSelector"] == {
        "cloud.google.com/gke-nodepool": "ml-pool",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/os": "linux",
    }
    expression = {"key": "gpu-type", "operator": "In", "values": ["nvidia-tesla-v100", "nvidia-tesla-p100"]}
    assert spec["affinity"] == {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [{"matchExpressions": [expression]}]
            }
        }
    }
    assert spec["tolerations"] == [
        {"key": "gpu", "operator": "Equal", "value": "present", "effect": "NoSchedule"},
        {"key": "high-priority", "operator": "Exists", "effect": "PreferNoSchedule"},
    ]
    assert spec["volumes"] == [
        {"name": "data-volume", "persistentVolumeClaim": {"claimName": "ml-data-pvc"}},
        {"name": "config-volume", "configMap": {"name": "ml-config"}},
    ]
    assert spec["hostIPC"] is True
    assert spec["imagePullSecrets"] == [{"name": "regcred"}, {"name": "gcr-secret"}]
    assert spec["activeDeadlineSeconds"] == 30
    assert "serviceAccountName" not in spec  # the account is the master's; a step's pod holds no credentials
    assert spec["automountServiceAccountToken"] is False
    one = container(pod)
    assert one["resources"] == {
        "requests": {"cpu": "2", "memory": "4Gi", "nvidia.com/gpu": "1"},
        "limits": {"cpu": "4", "memory": "8Gi", "nvidia.com/gpu": "1"},
    }
    assert one["volumeMounts"] == [
        {"name": "data-volume", "mountPath": "/mnt/data"},
        {"name": "config-volume", "mountPath": "/etc/ml-config", "readOnly": True},
    ]
    assert variables(pod)["MY_ENVIRONMENT_VARIABLE"] == "1"
    assert one["envFrom"] == [{"secretRef": {"name": "secret-name"}}]
    assert pod["metadata"]["annotations"].items() >= {
        ("prometheus.io/scrape", "true"),
        ("prometheus.io/port", "8080"),
    }
    assert pod["metadata"]["labels"].items() >= {
        ("app", "ml-pipeline"),
        ("environment", "production"),
        ("team", "data-science"),
        ("run", "my-pipeline-x7k2b"),
        ("pipeline", "my_pipeline"),
    }


def test_the_masters_pod_has_its_own(run: CompiledRun) -> None:
    pod = master_pod(run)
    must_be_known_to_kubernetes(run.job)
    spec = pod["spec"]
    assert spec["nodeSelector"] == {
        "cloud.google.com/gke-nodepool": "orchestrator-pool",
        "kubernetes.io/os": "linux",
    }
    assert container(pod)["resources"] == {
        "requests": {"cpu": "1", "memory": "2Gi"},
        "limits": {"cpu": "2", "memory": "4Gi"},
    }
    assert pod["metadata"]["labels"].items() >= {
        ("app", "zenml-orchestrator"),
        ("component", "pipeline-runner"),
        ("run", "my-pipeline-x7k2b"),
        ("pipeline", "my_pipeline"),
    }
    assert spec["serviceAccountName"] == "zenml-pipeline-runner"


def test_the_masters_pod_has_nothing_of_the_steps(run: CompiledRun) -> None:
    spec = master_pod(run)["spec"]
    assert spec.keys().isdisjoint({"affinity", "volumes", "hostIPC", "imagePullSecrets", "activeDeadlineSeconds"})
    assert container(master_pod(run)).keys().isdisjoint({"envFrom", "volumeMounts"})


def test_no_field_of_it_is_said_to_be_in_vain(run: CompiledRun) -> None:
    assert run.warnings == ()
