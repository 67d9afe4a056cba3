"""Every pod setting at once, in the three ways they can be written, and a step that tells what it finds of them."""

import os
from pathlib import Path

from kubernetes.client.models import V1EmptyDirVolumeSource, V1Toleration, V1Volume

from k8stui import KubernetesOrchestratorSettings, pipeline, step

HOST = "kubernetes.io/hostname"
ON_THIS_NODE = {
    "nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [{"matchExpressions": [{"key": HOST, "operator": "In", "values": ["k8stui-node"]}]}]
        }
    }
}

SETTINGS = KubernetesOrchestratorSettings(
    pod_settings={
        "node_selectors": {HOST: "k8stui-node"},
        "affinity": ON_THIS_NODE,
        "tolerations": [
            V1Toleration(key="gpu", operator="Equal", value="present", effect="NoSchedule"),
            {"key": "spot", "operator": "Exists", "effect": "NoExecute", "toleration_seconds": 60},
        ],
        "resources": {"requests": {"cpu": "20m", "memory": "32Mi"}, "limits": {"memory": "256Mi"}},
        "annotations": {"example.org/owner": "data-science"},
        "labels": {"team": "data-science"},
        "volumes": [
            V1Volume(name="scratch", empty_dir=V1EmptyDirVolumeSource(medium="Memory")),
            {"name": "config", "configMap": {"name": "ml-config"}},
            {"name": "secret", "secret": {"secret_name": "ml-secret"}},
        ],
        "volume_mounts": [
            {"name": "scratch", "mountPath": "/mnt/scratch"},
            {"name": "config", "mount_path": "/etc/ml-config", "read_only": True},
            {"name": "secret", "mountPath": "/etc/ml-secret", "readOnly": True},
        ],
        "env": [
            {"name": "PLAIN", "value": "1"},
            {"name": "FROM_FIELD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
        ],
        "env_from": [{"secretRef": {"name": "ml-secret"}, "prefix": "SECRET_"}],
        "host_ipc": True,
        "image_pull_secrets": ["regcred", {"name": "other"}],
        "container_security_context": {"run_as_user": 1234, "readOnlyRootFilesystem": False},
        "additional_pod_spec_args": {"active_deadline_seconds": 300, "terminationGracePeriodSeconds": 7},
    },
    orchestrator_pod_settings={
        "nodeSelectors": {HOST: "k8stui-node"},
        "tolerations": [{"key": "master", "operator": "Exists"}],
        "resources": {"requests": {"cpu": "30m", "memory": "48Mi"}},
        "labels": {"role": "conductor"},
        "annotations": {"example.org/owner": "platform"},
        "env": [{"name": "PYTHONUNBUFFERED", "value": "1"}],
        "volumes": [{"name": "scratch", "emptyDir": {}}],
        "volumeMounts": [{"name": "scratch", "mountPath": "/mnt/scratch"}],
        "additional_pod_spec_args": {"priority_class_name": "system-cluster-critical"},
    },
)


@step
def look() -> dict[str, object]:
    Path("/mnt/scratch/note").write_text("kept in memory")
    return {
        "scratch": Path("/mnt/scratch/note").read_text(),
        "config": Path("/etc/ml-config/model").read_text(),
        "secret": Path("/etc/ml-secret/PASSWORD").read_text(),
        "plain": os.environ["PLAIN"],
        "from_field": os.environ["FROM_FIELD"],
        "from_secret": os.environ["SECRET_PASSWORD"],
        "uid": os.getuid(),
    }


@step(settings={"orchestrator": {"pod_settings": {"env": [{"name": "PLAIN", "value": "of the step"}]}}})
def overridden() -> dict[str, object]:
    return {"plain": os.environ["PLAIN"], "from_secret": os.environ["SECRET_PASSWORD"]}


@pipeline(settings={"orchestrator": SETTINGS})
def everything_set() -> None:
    look()
    overridden()
