"""Why an image cannot be pulled: the words of registries and container runtimes.

A runtime's message is a chain of causes joined by `: `; only its end says what happened.
"""

from __future__ import annotations

import re

from k8stui.control.diagnosis.around import Around, Json, container_of, one_line, setting
from k8stui.control.diagnosis.finding import Cause, Level
from k8stui.control.events.reading import Event

REASONS = frozenset({
    "ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "ImageInspectError",
    "RegistryUnavailable", "SignatureValidationFailed",
})  # fmt: skip
"""The kubelet's reasons of a container that waits for its image."""

_RULES: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(signs, re.IGNORECASE), words, advice)
    for signs, words, advice in (
        (
            r"invalid reference format|couldn't parse image",
            "that is no valid name of an image",
            "Correct its name: [REGISTRY/]NAME[:TAG], in lower case.",
        ),
        (
            r"toomanyrequests|too many requests|rate limit",
            "the registry allows no more pulls for now",
            "Log in with {secrets}, use a mirror, or wait.",
        ),
        (
            r"x509|certificate",
            "the node does not trust the certificate of its registry{registry}",
            "Add the registry's authority to the nodes, or use another registry.",
        ),
        (
            r"http: server gave HTTP response to HTTPS",
            "the registry speaks HTTP and the node expects HTTPS",
            "Configure the registry as insecure on the nodes.",
        ),
        (
            r"no such host|server misbehaving",
            "the name of its registry{registry} cannot be resolved",
            "Check the registry's name and the node's DNS.",
        ),
        (
            r"unauthorized|authentication required|access denied|authorization failed|no basic auth|403 forbidden|401 ",
            "the registry refuses access{without}",
            "Give the pod credentials: {secrets}. Some registries say this of an image that does not exist as well.",
        ),
        (
            r"no match for platform|exec format",
            "it has no variant for the node's CPU architecture",
            "Build the image for the nodes' architecture, or select other nodes: {selectors}.",
        ),
        (
            r"manifest unknown|name unknown|not found|does not exist|404",
            "the registry has no such image or tag",
            "Check name and tag, and that the image was pushed there.",
        ),
        (
            r"connection (?:refused|reset)|no route to host|network is unreachable|timeout|deadline exceeded|EOF",
            "the node cannot reach its registry{registry}",
            "Check the registry and the way from the node to it: proxy, firewall, network policy.",
        ),
        (r"no space left on device", "the node's disk is full", "Free disk space on the node: kubectl describe node"),
    )
)


_HOST = re.compile(r'https?://([^/" ]+)/')
"""The registry that was asked, which the image's name need not tell: a mirror, or the runtime's default."""

_PLAIN_PYTHON = re.compile(r"^[^/]*[.:][^/]*/(?:.*/)?(python:3\.\d+-slim)$")
"""The image of runs that name none, as a stack's registry should have it."""

_NAMED = re.compile(r"secrets \(([^)]+)\)")
"""The Secrets that the kubelet did not find: `Unable to retrieve some image pull secrets (regcred); …`."""


def pull_failure(around: Around) -> Event | None:
    """The last event on a pull that did not work; None where the last pull did."""
    told = (one for one in reversed(around.events) if one.reason == "Pulled" or "ailed to pull image" in one.message)
    last = next(told, None)
    return None if last is None or last.reason == "Pulled" else last


def unpullable(pod: Json, container: str, reason: str, message: str, around: Around) -> Cause:
    """The cause behind a container that waits for its image.

    Args:
        pod: Its pod.
        container: Its name.
        reason: The kubelet's word: `ErrImagePull`.
        message: The kubelet's sentence; where it only says that it waits, the events tell.
        around: With the pod's events.
    """
    image = container_of(pod, container).get("image") or "of its container"
    failure = pull_failure(around)
    said = message if _known(message) or failure is None else failure.message
    evidence = tuple(filter(None, (f"{reason}: {one_line(said)}", around.tell(failure))))
    if reason == "ErrImageNeverPull":
        return Cause(
            Level.STUCK,
            f"image {image} is not on the node, and its imagePullPolicy is Never",
            "Load the image onto the nodes, or let it be pulled: imagePullPolicy IfNotPresent.",
            evidence,
        )
    rule = _known(said)
    if rule is None:
        told = _end_of(said, image)
        return Cause(Level.STUCK, f"image {image} cannot be pulled: {told}", "", evidence)
    words, advice = rule
    host = _HOST.search(said)
    missing = around.last("FailedToRetrieveImagePullSecret")
    absent = _NAMED.search(missing.message) if missing else None
    if absent and "{without}" in words:
        without = f", and there is no Secret {absent[1]} to pull by"
        advice = f"Make it: k8stui image secret, or kubectl create secret docker-registry {absent[1].split(',')[0]}"
        evidence = (*evidence, around.tell(missing))
    else:
        has_secrets = bool((pod.get("spec") or {}).get("imagePullSecrets"))
        without = "" if has_secrets else ", and the pod has no pull secret"
    words = words.format(without=without, registry=f" {host[1]}" if host else "")
    advice = advice.format(
        secrets=setting(pod, "image_pull_secrets", "imagePullSecrets"),
        selectors=setting(pod, "node_selectors", "nodeSelector"),
    )
    if plain := _PLAIN_PYTHON.search(image):
        advice += f" Plain Python is brought to the registry of a stack by: k8stui image push {plain[1]}"
    return Cause(Level.STUCK, f"image {image} cannot be pulled: {words}", advice, evidence)


def _known(message: str) -> tuple[str, str] | None:
    # The image's own name must not be taken for the registry's words.
    said = re.sub(r'"[^"]*"', "", message)
    return next(((words, advice) for signs, words, advice in _RULES if signs.search(said)), None)


def _end_of(message: str, image: str) -> str:
    told = one_line(message).rpartition(f'"{image}": ')[2]
    return told or "the kubelet does not say why"
