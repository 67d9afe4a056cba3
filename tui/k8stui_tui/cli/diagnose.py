"""`k8stui diagnose`: what is wrong now in a namespace, or in all, one line for each cause."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from k8stui_tui.cli.colours import coloured, painter
from k8stui_tui.cli.output import Format, note, say, structured
from k8stui_tui.cli.session import Context, Everywhere, Kubeconfig, Namespace, cluster_of, execute
from k8stui_tui.cli.why import WhyFormat, WhyOutput, explained
from k8stui_tui.sanitize import cell

if TYPE_CHECKING:
    from pathlib import Path

    from k8stui.cluster.client import Cluster
    from k8stui.control.troubles.trouble import Trouble

_SHOWN = 5
"""Names of several in one trouble that are told as text."""


def diagnose(
    all_namespaces: Everywhere = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: WhyOutput = WhyFormat.TEXT,
) -> None:
    """Tell what is wrong now: pods, runs, schedules, quotas and nodes that are in trouble, the worst first.

    What has the same cause is one line, with what to do about it and the cluster's own words it rests on.
    """
    run(context, namespace, kubeconfig, output, everywhere=all_namespaces)


def run(
    context: str | None, namespace: str | None, kubeconfig: Path | None, output: WhyFormat, *, everywhere: bool
) -> None:
    """Print what is wrong, and leave."""

    async def work() -> None:
        async with cluster_of(context, namespace, kubeconfig) as cluster:
            found, left_out = await _find(cluster, everywhere=everywhere)
            where = "any namespace" if everywhere else f"namespace {cluster.namespace}"
        if output is not WhyFormat.TEXT:
            say(structured(list(map(_plain, found)), Format(output.value)))
        for line in _text(found, namespaces=everywhere) if output is WhyFormat.TEXT else ():
            say(line)
        if not found:
            note(f"Nothing is wrong in {where}, as far as can be seen.")
        for line in left_out:
            note(line)

    execute(work())


async def _find(cluster: Cluster, *, everywhere: bool) -> tuple[list[Trouble], tuple[str, ...]]:
    from k8stui.control.troubles.listing import find_troubles

    return await find_troubles(cluster, all_namespaces=everywhere)


def _text(found: list[Trouble], *, namespaces: bool) -> list[str]:
    from k8stui.control.words.spans import age

    paint, now = painter(on=coloured(sys.stdout)), time.time()
    lines: list[str] = []
    for one in found:
        since = f", for {age(one.since, now)}" if one.since else ""
        lines += [*([""] if lines else []), f"{cell(one.subject)} ({one.level.value}{since})"]
        lines += explained(one, paint)
        if len(one.members) > 1 or namespaces:
            names = [f"{each.namespace}/{each.name}" if namespaces and each.namespace else each.name
                     for each in one.members[:_SHOWN]]  # fmt: skip
            more = f" and {len(one.members) - _SHOWN} more" if len(one.members) > _SHOWN else ""
            lines.append(paint("dim", f"     {cell(', '.join(names))}{more}"))
    return lines


def _plain(one: Trouble) -> dict[str, Any]:
    from k8stui.control.words.spans import iso

    return {
        "level": one.level.value,
        "kind": one.kind,
        "subject": one.subject,
        "sentence": one.sentence,
        "advice": one.advice,
        "evidence": list(one.evidence),
        "since": iso(one.since),
        "members": [asdict(each) for each in one.members],
    }
