"""What registries and runtimes say of an image, in words."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.control.diagnosis.around import Around
from k8stui.control.diagnosis.finding import Level
from k8stui.control.diagnosis.pods import diagnose_pod
from tests.unit.control.diagnosis.samples import NOW, event, pod

IMAGE = "registry.example/team/not-found-net:2"
PULL = f'failed to pull and unpack image "{IMAGE}": failed to resolve reference "{IMAGE}": '


def waiting(reason: str, message: str = "", **spec: Any) -> dict[str, Any]:
    container = {"name": "main", "state": {"waiting": {"reason": reason, "message": message}}}
    image = [{"name": "main", "image": IMAGE}]
    return pod(spec={"containers": image, **spec}, phase="Pending", containerStatuses=[container])


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        (f"{IMAGE}: not found", "the registry has no such image or tag"),
        ("unexpected status from HEAD request to https://r/v2/x: 403 Forbidden", "the registry refuses access"),
        (
            "pull access denied, repository does not exist or may require authorization: authorization failed",
            "the registry refuses access, and the pod has no pull secret",
        ),
        (
            'failed to do request: Head "https://r/v2/": dial tcp: lookup r: no such host',
            "the name of its registry r cannot be resolved",
        ),
        ("dial tcp 10.0.0.9:443: i/o timeout", "the node cannot reach its registry"),
        ("dial tcp 10.0.0.9:443: connect: no route to host", "the node cannot reach its registry"),
        ("x509: certificate signed by unknown authority", "does not trust the certificate of its registry"),
        ("429 Too Many Requests - Server message: toomanyrequests", "allows no more pulls"),
        ("no match for platform in manifest: not found", "no variant for the node's CPU architecture"),
        ("write /var/lib/containerd/x: no space left on device", "the node's disk is full"),
    ],
)
def test_the_registrys_words(words: str, cause: str) -> None:
    found = diagnose_pod(waiting("ErrImagePull", PULL + words), Around(NOW))
    assert found.sentence.startswith(f"starting: image {IMAGE} cannot be pulled: ")
    assert cause in found.sentence
    assert found.level is Level.STUCK
    assert PULL + words in found.evidence[0]


def test_a_pod_with_a_pull_secret_is_not_told_to_have_none() -> None:
    mine = waiting("ErrImagePull", PULL + "401 Unauthorized", imagePullSecrets=[{"name": "registry"}])
    assert diagnose_pod(mine, Around(NOW)).sentence.endswith("the registry refuses access")


def test_plain_python_that_a_stacks_registry_lacks_is_told_with_the_way_to_bring_it_there() -> None:
    image = "registry.example:5000/team/python:3.12-slim"
    mine = waiting("ErrImagePull", PULL + "manifest unknown")
    mine["spec"]["containers"][0]["image"] = image
    assert "k8stui image push python:3.12-slim" in diagnose_pod(mine, Around(NOW)).advice
    mine["spec"]["containers"][0]["image"] = "python:3.12-slim"
    assert "image push" not in diagnose_pod(mine, Around(NOW)).advice


def test_a_pull_secret_that_is_not_there_is_named() -> None:
    mine = waiting("ErrImagePull", PULL + "401 Unauthorized", imagePullSecrets=[{"name": "regcred"}])
    told = "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed."
    found = diagnose_pod(mine, Around(NOW, (event("FailedToRetrieveImagePullSecret", told),)))
    assert found.sentence.endswith("the registry refuses access, and there is no Secret regcred to pull by")
    assert "kubectl create secret docker-registry regcred" in found.advice


def test_a_back_off_without_words_is_explained_by_the_last_pull() -> None:
    """Before Kubernetes 1.32 the status did not repeat the cause."""
    failed = event("Failed", f'Failed to pull image "{IMAGE}": {PULL}{IMAGE}: not found', count=4)
    found = diagnose_pod(
        waiting("ImagePullBackOff", f'Back-off pulling image "{IMAGE}"'), Around(NOW, events=(failed,))
    )
    assert found.sentence.endswith("the registry has no such image or tag")
    assert any("4 times" in line for line in found.evidence)


def test_words_that_nobody_knows_are_told_as_they_are() -> None:
    found = diagnose_pod(waiting("ErrImagePull", PULL + "the moon is full"), Around(NOW))
    assert found.sentence.endswith("cannot be pulled: the moon is full")


def test_a_pull_that_goes_on_is_no_trouble() -> None:
    pulling = event("Pulling", f'Pulling image "{IMAGE}"', kind="Normal", seconds=95)
    found = diagnose_pod(waiting("ContainerCreating"), Around(NOW, events=(pulling,)))
    assert found.level is Level.WAITING
    assert found.sentence == f"starting: node node-1 has been pulling image {IMAGE} for 1m35s"


def test_a_pull_that_worked_in_the_end_is_forgotten() -> None:
    failed = event("Failed", f'Failed to pull image "{IMAGE}": i/o timeout', seconds=60)
    pulled = event("Pulled", f'Successfully pulled image "{IMAGE}"', kind="Normal")
    found = diagnose_pod(waiting("ContainerCreating"), Around(NOW, events=(failed, pulled)))
    assert found.sentence == "starting: its container is being created on node node-1"


def test_an_init_containers_image_is_told_as_such() -> None:
    mine = pod(
        spec={"initContainers": [{"name": "fetch", "image": IMAGE}]},
        phase="Pending",
        initContainerStatuses=[{"name": "fetch", "state": {"waiting": {"reason": "ErrImagePull", "message": "EOF"}}}],
    )
    assert diagnose_pod(mine, Around(NOW)).sentence.startswith(f"starting: init container fetch: image {IMAGE} cannot")
