"""The API server's refusals of a pod, as admission wrote them on a real cluster (Kubernetes 1.34)."""

from __future__ import annotations

import pytest

from k8stui.control.diagnosis.finding import Level
from k8stui.control.diagnosis.refusals import refused

FORBIDDEN = 'pods "train-x7k2p-load-1" is forbidden: '


@pytest.mark.parametrize(
    ("message", "level", "words"),
    [
        (
            FORBIDDEN + "exceeded quota: compute, requested: pods=1, used: pods=1, limited: pods=1",
            Level.WAITING,
            "quota compute of the namespace is used up (pods: 1 of 1 used, 1 more asked for)",
        ),
        (
            FORBIDDEN + "exceeded quota: compute, requested: pods=1,requests.cpu=2, used: pods=4,requests.cpu=3500m, "
            "limited: pods=4,requests.cpu=4",
            Level.WAITING,
            "(pods: 4 of 4 used, 1 more asked for; requests.cpu: 3500m of 4 used, 2 more asked for)",
        ),
        (
            FORBIDDEN + "failed quota: compute: must specify requests.cpu for: main",
            Level.FAILED,
            "quota compute of the namespace wants requests.cpu to be set",
        ),
        (
            FORBIDDEN + "maximum memory usage per Container is 64Mi, but limit is 1Gi",
            Level.FAILED,
            "limit range does not allow it: maximum memory usage per Container is 64Mi, but limit is 1Gi",
        ),
        (
            FORBIDDEN + 'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "main" '
            "must set securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true (pod or container "
            '"main" must set securityContext.runAsNonRoot=true)',
            Level.FAILED,
            "Pod Security restricted:latest, which forbids: allowPrivilegeEscalation != false; runAsNonRoot != true",
        ),
        (
            FORBIDDEN + 'error looking up service account ml/ghost: serviceaccount "ghost" not found',
            Level.STUCK,
            "service account ghost does not exist in the namespace",
        ),
        (
            'admission webhook "validate.kyverno.svc-fail" denied the request: \n\nresource Pod/ml/x was blocked',
            Level.FAILED,
            "admission webhook validate.kyverno.svc-fail refused it: resource Pod/ml/x was blocked",
        ),
        (
            FORBIDDEN + "ValidatingAdmissionPolicy 'images' with binding 'all' denied request: no latest tags",
            Level.FAILED,
            "policy images refused it: no latest tags",
        ),
        (
            FORBIDDEN + "no PriorityClass with name urgent was found",
            Level.FAILED,
            "priority class urgent does not exist",
        ),
        (
            FORBIDDEN + "unable to create new content in namespace ml because it is being terminated",
            Level.FAILED,
            "the namespace is being deleted",
        ),
        (
            'Pod "x" is invalid: spec.containers[0].resources.requests: Invalid value: "3": must be less',
            Level.FAILED,
            "its pod is invalid: spec.containers[0].resources.requests: Invalid value",
        ),
        (
            'pods is forbidden: User "system:serviceaccount:ml:k8stui" cannot create resource "pods" in API group ""',
            Level.FAILED,
            "system:serviceaccount:ml:k8stui may not create pods",
        ),
    ],
)
def test_a_refusal_names_what_stands_in_the_way(message: str, level: Level, words: str) -> None:
    cause = refused(message)
    assert cause is not None
    assert words in cause.words
    assert cause.level is level
    assert cause.advice
    assert cause.evidence == (" ".join(message.split()),)


def test_other_words_are_no_refusal() -> None:
    assert refused("waiting for room") is None
