"""The real cluster is what the other tests take it for; when they fail, these tell whether the cluster is to blame.

They use kubectl alone, so that nothing of k8stui can hide a fault of the cluster.
"""

from __future__ import annotations

import json
import secrets
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.cluster.real import control
from tests.cluster.real.facts import Facts

pytestmark = pytest.mark.real

Kubectl = Callable[..., str]

READ_OWN_POD = """
import json, os, ssl, urllib.request
folder = "/var/run/secrets/kubernetes.io/serviceaccount/"
token, namespace = (open(folder + name).read() for name in ("token", "namespace"))
server = "https://" + os.environ["KUBERNETES_SERVICE_HOST"] + ":" + os.environ["KUBERNETES_SERVICE_PORT"]
request = urllib.request.Request(
    f"{server}/api/v1/namespaces/{namespace}/pods/reader", headers={"Authorization": "Bearer " + token}
)
context = ssl.create_default_context(cafile=folder + "ca.crt")
print(json.load(urllib.request.urlopen(request, context=context, timeout=10))["metadata"]["name"])
"""
ANSWER_ONCE = """
import pathlib, socket
with socket.create_server(("0.0.0.0", 8000)) as server:
    pathlib.Path("/tmp/listening").touch()
    connection, peer = server.accept()
    with connection:
        connection.sendall(peer[0].encode())
"""
ASK = """
import socket, sys
with socket.create_connection((sys.argv[1], 8000), timeout=10) as connection:
    print(connection.recv(100).decode())
"""


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts.load()


@pytest.fixture
def kubectl(facts: Facts) -> Iterator[Kubectl]:
    """kubectl in a namespace of this test's own; returns stdout, and raises with stderr when it fails."""
    namespace = f"real-{secrets.token_hex(4)}"
    base = [facts.binaries["kubectl"], "--kubeconfig", facts.kubeconfig, "--namespace", namespace]

    def call(*arguments: str, manifest: dict[str, Any] | None = None) -> str:
        text = None if manifest is None else json.dumps(manifest)
        done = subprocess.run([*base, *arguments], input=text, capture_output=True, text=True, check=False, timeout=250)
        if done.returncode:
            raise AssertionError(f"kubectl {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    call("create", "namespace", namespace)
    call("wait", "--for=create", "serviceaccount/default", "--timeout=90s")
    yield call
    call("delete", "namespace", namespace, "--wait=false")


def pod(name: str, image: str, *command: str, **container: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": {
            "restartPolicy": "Never",
            "terminationGracePeriodSeconds": 1,
            "containers": [{"name": "main", "image": image, "command": list(command), **container}],
        },
    }


def wait_for_phase(kubectl: Kubectl, name: str, phase: str) -> None:
    kubectl("wait", f"pod/{name}", f"--for=jsonpath={{.status.phase}}={phase}", "--timeout=180s")


def test_the_node_is_ready_and_of_the_pinned_version(facts: Facts, kubectl: Kubectl) -> None:
    node = json.loads(kubectl("get", "node", facts.node_name, "-o", "json"))
    conditions = {condition["type"]: condition["status"] for condition in node["status"]["conditions"]}
    assert conditions["Ready"] == "True"
    assert node["status"]["nodeInfo"]["kubeletVersion"] == "v1.34.4"


def test_a_job_in_the_plain_python_image_runs_to_completion(kubectl: Kubectl) -> None:
    template = pod("unused", "python:3.11-slim", "python", "-c", "import sqlite3, ssl, zoneinfo; print('whole')")
    job = {"template": {"spec": template["spec"]}}
    kubectl(
        "create", "-f", "-", manifest={"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"}, "spec": job}
    )
    kubectl("wait", "job/j", "--for=condition=complete", "--timeout=180s")
    assert kubectl("logs", "job/j") == "whole\n"


def test_a_pod_reads_the_api_with_its_service_account(facts: Facts, kubectl: Kubectl) -> None:
    kubectl("create", "role", "reader", "--verb=get", "--resource=pods")
    namespace = json.loads(kubectl("get", "role", "reader", "-o", "json"))["metadata"]["namespace"]
    kubectl("create", "rolebinding", "reader", "--role=reader", f"--serviceaccount={namespace}:default")
    kubectl("create", "-f", "-", manifest=pod("reader", facts.images["python"], "python3", "-c", READ_OWN_POD))
    wait_for_phase(kubectl, "reader", "Succeeded")
    assert kubectl("logs", "reader") == "reader\n"


def test_pods_of_any_user_reach_each_other_by_pod_ip(facts: Facts, kubectl: Kubectl) -> None:
    python = facts.images["python"]
    anybody = {"securityContext": {"runAsUser": 65532, "runAsNonRoot": True}}
    probe = {"readinessProbe": {"exec": {"command": ["test", "-e", "/tmp/listening"]}, "periodSeconds": 1}}
    kubectl("create", "-f", "-", manifest=pod("server", python, "python3", "-c", ANSWER_ONCE, **anybody, **probe))
    kubectl("wait", "pod/server", "--for=condition=Ready", "--timeout=180s")
    address = kubectl("get", "pod", "server", "-o", "jsonpath={.status.podIP}")
    kubectl("create", "-f", "-", manifest=pod("client", python, "python3", "-c", ASK, address, **anybody))
    wait_for_phase(kubectl, "client", "Succeeded")
    seen_by_server = kubectl("logs", "client").strip()
    assert seen_by_server == kubectl("get", "pod", "client", "-o", "jsonpath={.status.podIP}")


def test_a_restricted_namespace_refuses_a_privileged_pod(facts: Facts, kubectl: Kubectl) -> None:
    namespace = json.loads(kubectl("get", "serviceaccount", "default", "-o", "json"))["metadata"]["namespace"]
    kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted")
    manifest = pod("bad", facts.images["busybox"], "true", securityContext={"privileged": True})
    with pytest.raises(AssertionError, match='violates PodSecurity "restricted:latest": privileged'):
        kubectl("create", "-f", "-", manifest=manifest)


def test_logs_are_followed_commands_run_inside_and_evictions_happen(facts: Facts, kubectl: Kubectl) -> None:
    script = "echo begun; until test -e /tmp/go; do sleep 0.05; done; echo done; sleep 600"
    kubectl("create", "-f", "-", manifest=pod("busy", facts.images["busybox"], "sh", "-c", script))
    wait_for_phase(kubectl, "busy", "Running")
    namespace = kubectl("get", "pod", "busy", "-o", "jsonpath={.metadata.namespace}")
    follow = [facts.binaries["kubectl"], "--kubeconfig", facts.kubeconfig, "-n", namespace, "logs", "-f", "busy"]
    with subprocess.Popen(follow, stdout=subprocess.PIPE, text=True) as follower:
        assert follower.stdout
        assert follower.stdout.readline() == "begun\n"
        kubectl("exec", "busy", "--", "touch", "/tmp/go")
        assert follower.stdout.readline() == "done\n"
        eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "busy", "namespace": namespace}}
        kubectl("create", "--raw", f"/api/v1/namespaces/{namespace}/pods/busy/eviction", "-f", "-", manifest=eviction)
        assert follower.wait(100) == 0
    kubectl("wait", "pod/busy", "--for=delete", "--timeout=90s")


def test_a_component_can_be_killed_and_started_again(facts: Facts, kubectl: Kubectl) -> None:
    before = control.pid_of("kubelet")
    with control.stopped("kubelet", kill=True):
        assert control.pid_of("kubelet") is None
    assert control.pid_of("kubelet") not in {None, before}
    kubectl("create", "-f", "-", manifest=pod("after", facts.images["busybox"], "true"))
    wait_for_phase(kubectl, "after", "Succeeded")
