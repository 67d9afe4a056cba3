"""`k8stui doctor`: what stands in the way of working with a cluster, before it does."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from itertools import zip_longest
from typing import TYPE_CHECKING, Annotated

import typer

from k8stui.model.errors import K8stuiError
from k8stui_tui.cli.colours import coloured, painter
from k8stui_tui.cli.output import Format, documents, note, say, structured
from k8stui_tui.cli.session import EXIT_FAILED, Context, Kubeconfig, Namespace, execute, place_of
from k8stui_tui.cli.wrapping import wrapped
from k8stui_tui.program import as_called
from k8stui_tui.sanitize import cell, width

if TYPE_CHECKING:
    from pathlib import Path

    from k8stui.control.doctor.finding import Finding


class DoctorFormat(StrEnum):
    """The values of `-o`."""

    TABLE = "table"
    JSON = "json"
    YAML = "yaml"


def doctor(
    grants: Annotated[
        bool, typer.Option("--grants", help="Print the YAML that grants what you lack, for an admin; nothing else.")
    ] = False,
    probed: Annotated[
        bool, typer.Option("--probe", help="Run a pod for a moment, too, and tell what pods can reach.")
    ] = False,
    image: Annotated[str, typer.Option("--image", help="Image of the pod that is shown to the server, or run.")] = "",
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Annotated[DoctorFormat, typer.Option("--output", "-o", help="How to print it.")] = DoctorFormat.TABLE,
) -> None:
    """Look at everything that runs and screens need: the way to the cluster, rights, namespace, limits, terminal.

    Changes nothing, and with --probe leaves nothing. Exits with 1 when there is a problem; warnings are none.
    """

    async def work() -> int | None:
        from k8stui.control.doctor.finding import healthy, plain

        found = await _examine(context, namespace, kubeconfig, image, probed=probed and not grants)
        if grants:
            _print_grants(found)
        elif output is DoctorFormat.TABLE:
            for line in table_of(found):
                say(line)
            note(summary(found))
        else:
            say(structured(plain(found), Format(output.value)))
        return None if healthy(found) else EXIT_FAILED

    execute(work())


async def _examine(
    context: str | None, namespace: str | None, kubeconfig: Path | None, image: str, *, probed: bool
) -> list[Finding]:
    from k8stui.control.doctor.examining import examine
    from k8stui.control.doctor.finding import healthy, problem
    from k8stui.control.doctor.probing import probe
    from k8stui.plan.request import SERVICE_ACCOUNT, default_image
    from k8stui_tui.terminalcheck import look, terminal_findings

    found = _way(context, kubeconfig)
    if healthy(found):
        try:
            async with place_of(context, namespace, kubeconfig) as (cluster, stack):
                registry = stack.container_registry.config.uri if stack and stack.container_registry else ""
                image = image or default_image(registry)
                account = (stack.orchestrator.config.service_account_name if stack else "") or SERVICE_ACCOUNT
                found += await examine(cluster, image=image, account=account, stack=stack)
                if probed:
                    note("Running a pod for a moment ...")
                    found += await probe(cluster, image=image, account=account, stack=stack)
        except K8stuiError as error:
            found.append(problem("server", error))
    return found + terminal_findings(look())


def _way(context: str | None, kubeconfig: Path | None) -> list[Finding]:
    """The stack that is used, and the kubeconfig where that is the way to the cluster."""
    from k8stui.control.clusters.placing import used_stack
    from k8stui.control.doctor.connection import kubeconfig_findings, stack_finding
    from k8stui.control.doctor.finding import problem

    try:
        stack = used_stack(context=context, kubeconfig=kubeconfig)
    except K8stuiError as error:
        return [problem("stack", error)]
    if stack is None or context or kubeconfig:
        return kubeconfig_findings(kubeconfig, context or None)
    config = stack.orchestrator.config
    if stack.orchestrator.connector or config.incluster:
        return [stack_finding(stack)]
    return [stack_finding(stack), *kubeconfig_findings(None, config.kubernetes_context)]


def _print_grants(found: Sequence[Finding]) -> None:
    from k8stui.control.doctor.finding import Level

    manifests = [manifest for one in found for manifest in one.manifests]
    rights = [one for one in found if one.check.startswith("rights:")]
    lacking = [one for one in rights if one.level is not Level.OK]
    if manifests:
        say(documents(manifests, Format.YAML))
    elif lacking:
        note("\n".join([*(f"{one.check}: {one.sentence}" for one in lacking), lacking[0].fix]))
    elif rights:
        note("You lack no right, as far as could be looked at.")
    else:
        bad = [f"{one.check}: {one.sentence}" for one in found if one.level is Level.PROBLEM]
        note(f"Which rights you have could not be looked at: {'; '.join(bad) or 'the server does not say'}")


def table_of(found: Sequence[Finding]) -> list[str]:
    """The findings as lines that fit the terminal, each with what to do about it below."""
    paint = painter(on=coloured(sys.stdout))
    checks = max(width("CHECK"), *(width(one.check) for one in found))
    before = checks + 11
    lines = [f"{'STATUS':7}  {'CHECK':{checks}}  FINDING"]
    for one, following in zip_longest(found, found[1:]):
        texts = wrapped(cell(one.sentence), before=before)
        # What helps against several in a row is said once, below the last of them.
        fix = "" if following and following.fix == one.fix else one.fix
        for part in fix.splitlines():
            texts += wrapped(f"-> {as_called(cell(part))}", before=before, hang="   ")
        status = paint(one.level.value, f"{one.level.value:7}")
        lines.append(f"{status}  {one.check:{checks}}  {texts[0]}")
        lines += [f"{'':{before}}{text}" for text in texts[1:]]
    return lines


def summary(found: Sequence[Finding]) -> str:
    """How it stands, in one sentence."""
    from k8stui.control.doctor.finding import Level

    counts = {level: sum(one.level is level for one in found) for level in Level}

    parts = [
        f"{counts[level]} {level.value}{'s' if counts[level] > 1 else ''}"
        for level in (Level.PROBLEM, Level.WARNING)
        if counts[level]
    ]
    if counts[Level.UNKNOWN]:
        parts.append(f"{counts[Level.UNKNOWN]} not looked at")
    return f"{', '.join(parts)}." if parts else "All is well."
