"""A pod in words, ours or anybody's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k8stui.control.describing.containers import container_block
from k8stui.control.describing.events import event_lines
from k8stui.control.diagnosis.around import one_line
from k8stui.control.diagnosis.finding import Diagnosis
from k8stui.control.events.reading import Event
from k8stui.control.pods.views import pod_view
from k8stui.control.words.layout import Block, block_lines, moment, pairs, table_lines
from k8stui.control.words.spans import age, epoch

Json = dict[str, Any]


def pod_lines(pod: Json, diagnoses: Sequence[Diagnosis], events: Sequence[Event], now: float) -> list[str]:
    """The description of a pod.

    Args:
        pod: As the API sends it.
        diagnoses: What is the matter with it.
        events: Its events, the oldest first.
        now: Seconds since the epoch.
    """
    return [
        *block_lines(_head(pod, diagnoses, now)),
        *_containers(pod, now),
        *_conditions(pod, now),
        *block_lines(_placing(pod)),
        *event_lines(events, now),
    ]


def why_block(diagnoses: Sequence[Diagnosis]) -> Block:
    """What is the matter, as the first lines of a description."""
    if not diagnoses:
        return []
    first, *others = diagnoses
    return [
        ("Status", first.sentence),
        ("Advice", first.advice),
        ("Also", [f"{one.subject} {one.sentence}" for one in others]),
    ]


def _head(pod: Json, diagnoses: Sequence[Diagnosis], now: float) -> Block:
    view, meta, status = pod_view(pod), pod["metadata"], pod.get("status") or {}
    attempt = f", attempt {view.attempt}" if view.attempt else ""
    owners = [
        f"{one.get('kind')}/{one.get('name')}" + (" (controller)" if one.get("controller") else "")
        for one in meta.get("ownerReferences") or ()
    ]
    return [
        ("Name", view.name),
        ("Namespace", view.namespace),
        *why_block(diagnoses),
        ("Phase", ": ".join(filter(None, (view.phase, status.get("reason"), one_line(status.get("message") or ""))))),
        ("Run", view.run),
        ("Step", f"{view.step}{attempt}" if view.step else ""),
        ("Node", " ".join(filter(None, (view.node, f"({status['hostIP']})" if status.get("hostIP") else "")))),
        ("IP", view.ip),
        ("Created", moment(view.created, now)),
        ("Deleted", moment(epoch(meta.get("deletionTimestamp")), now)),
        ("Finalizers", ", ".join(meta.get("finalizers") or ())),
        ("Owned by", owners),
        ("Labels", pairs(meta.get("labels"))),
        ("Annotations", pairs(meta.get("annotations"))),
    ]


def _containers(pod: Json, now: float) -> list[str]:
    spec, status = pod.get("spec") or {}, pod.get("status") or {}
    lines = []
    for title, kind, statuses in (
        ("Init Containers", "initContainers", "initContainerStatuses"),
        ("Containers", "containers", "containerStatuses"),
        ("Ephemeral Containers", "ephemeralContainers", "ephemeralContainerStatuses"),
    ):
        known = {one.get("name"): one for one in status.get(statuses) or ()}
        block: Block = [
            (str(one.get("name")), container_block(one, known.get(one.get("name")) or {}, now))
            for one in spec.get(kind) or ()
        ]
        lines += block_lines([(title, block)]) if block else []
    return lines


def _conditions(pod: Json, now: float) -> list[str]:
    rows = [
        (
            str(one.get("type") or ""),
            str(one.get("status") or ""),
            age(epoch(one.get("lastTransitionTime")), now),
            ": ".join(filter(None, (one.get("reason"), one_line(one.get("message") or "")))),
        )
        for one in (pod.get("status") or {}).get("conditions") or ()
    ]
    return ["Conditions:", *table_lines(("TYPE", "STATUS", "SINCE", "WHY"), rows)] if rows else []


def _placing(pod: Json) -> Block:
    spec, status = pod.get("spec") or {}, pod.get("status") or {}
    return [
        ("Volumes", [_volume(one) for one in spec.get("volumes") or ()]),
        ("Node Selectors", pairs(spec.get("nodeSelector"))),
        ("Affinity", ", ".join(sorted(spec.get("affinity") or {}))),
        ("Tolerations", [_toleration(one) for one in spec.get("tolerations") or ()]),
        ("Service Account", str(spec.get("serviceAccountName") or "")),
        ("Pull Secrets", ", ".join(str(one.get("name")) for one in spec.get("imagePullSecrets") or ())),
        ("Priority Class", str(spec.get("priorityClassName") or "")),
        ("QoS Class", str(status.get("qosClass") or "")),
        ("Restart Policy", str(spec.get("restartPolicy") or "")),
    ]


def _volume(volume: Json) -> str:
    kind = next((key for key in volume if key != "name"), "")
    source = volume.get(kind)
    details = source if isinstance(source, dict) else {}
    named = next(
        (str(details[key]) for key in ("name", "secretName", "claimName", "path", "server") if details.get(key)), ""
    )
    return " ".join(filter(None, (f"{volume.get('name')}:", kind, named)))


def _toleration(toleration: Json) -> str:
    key, operator, value = (toleration.get(field) or "" for field in ("key", "operator", "value"))
    taint = f"{key}={value}" if value else key or "every taint"
    effect = f":{toleration['effect']}" if toleration.get("effect") else ""
    seconds = toleration.get("tolerationSeconds")
    exists = " exists" if operator == "Exists" and key else ""
    return f"{taint}{effect}{exists}" + (f" for {seconds} s" if seconds is not None else "")
