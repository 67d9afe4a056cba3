"""`k8stui logs`: the logs of a run's or a pipeline's steps as one stream."""

from __future__ import annotations

import json
import re
import sys
import time
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from k8stui.control.logs.sifting import sieve_from
from k8stui.model.errors import ForbiddenError, InvalidInputError, NotFoundError
from k8stui_tui.cli.output import note
from k8stui_tui.cli.session import Context, Kubeconfig, Namespace, cluster_of, execute
from k8stui_tui.sanitize import cell, log_line

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from k8stui.cluster.client import Cluster
    from k8stui.control.logs.many import LogQuery
    from k8stui.control.logs.sifting import Sieve
    from k8stui.control.logs.stream import LogLine


class LogFormat(StrEnum):
    """The values of `-o` for logs."""

    TEXT = "text"
    RAW = "raw"
    JSON = "json"


def logs(
    run: Annotated[str | None, typer.Argument(metavar="[RUN]", help="The run's name; by default the newest.")] = None,
    *,
    pipeline: Annotated[str, typer.Option("--pipeline", help="All runs of this pipeline instead.")] = "",
    pod: Annotated[str, typer.Option("--pod", help="Only this pod, which tells the run.")] = "",
    step: Annotated[str, typer.Option("--step", help="Only steps whose name this regular expression finds.")] = "",
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until the run ends.")] = False,
    since: Annotated[str, typer.Option("--since", help="Only the last `30s`, `5m`, `2h`.")] = "",
    since_time: Annotated[
        str, typer.Option("--since-time", metavar="TIME", help="Only from this time on, as `2026-11-24T04:16:56Z`.")
    ] = "",
    tail: Annotated[int | None, typer.Option("--tail", min=0, help="Only the last lines of each pod.")] = None,
    include: Annotated[
        list[str] | None,
        typer.Option("--include", "-i", metavar="REGEX", help="Only lines that this finds; more of them: any."),
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option("--exclude", "-e", metavar="REGEX", help="No lines that this finds.")
    ] = None,
    previous: Annotated[
        bool, typer.Option("--previous", "-p", help="What containers wrote before they were last restarted.")
    ] = False,
    timestamps: Annotated[bool, typer.Option("--timestamps", help="Begin each line with its time.")] = False,
    orchestrator: Annotated[bool, typer.Option("--orchestrator", help="The orchestrator's own log.")] = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Annotated[
        LogFormat, typer.Option("--output", "-o", help="Text, the lines alone, or one JSON object a line.")
    ] = LogFormat.TEXT,
) -> None:
    """Show the logs of a run's steps.

    With -f the logs of a run end when it does; its outcome is not the exit code (see `runs watch`).
    """
    if sum(map(bool, (run, pipeline, pod))) > 1:
        raise InvalidInputError("Give a run, --pipeline or --pod, one of them.")
    if since and since_time:
        raise InvalidInputError("Give --since or --since-time, not both.")
    if previous and follow:
        raise InvalidInputError("--previous shows what has ended already: leave -f out.")
    pattern, seconds, instant = _pattern(step), _seconds(since), _instant(since_time)
    sieve = sieve_from(include or (), exclude or ())

    async def work() -> None:
        from k8stui.control.logs.many import LogQuery, read_logs
        from k8stui.control.pods.listing import pod_of_run

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            alone = await pod_of_run(cluster, pod) if pod else None
            name = alone.run if alone else run or ("" if pipeline else await _newest(cluster))
            zenml = await _zenml_id(cluster, name) if name else ""
            query = LogQuery(
                run=name, zenml=zenml, pipeline=pipeline, steps=pattern, pod=pod,
                orchestrator=orchestrator or (alone is not None and not alone.step),
                since=seconds, since_time=instant, tail=tail, previous=previous,
            )  # fmt: skip
            write = _sifted(sieve, _writer(output, timestamps=timestamps, runs=bool(pipeline)))
            runs = await _runs_of(cluster, query, write)
            if follow and query.run:
                await _tell_gone(cluster, query, runs, await _follow(cluster, query, write), write)
                return
            # What ended long ago, and may be gone, comes first; what goes while the others are read, last.
            read = await _tell_gone(cluster, query, runs, (), write)
            if follow:
                await _follow(cluster, query, write)
                return
            async for line in read_logs(cluster, query):
                write(line)
                read.add(line.pod)
            read |= await _tell_gone(cluster, query, runs, read, write)
            if not read:
                await _explain(cluster, query)

    execute(work())


def _pattern(text: str) -> re.Pattern[str] | None:
    try:
        return re.compile(text) if text else None
    except re.error as error:
        raise InvalidInputError(f"--step {text!r} is no regular expression: {error}.") from error


def _seconds(text: str) -> int | None:
    from k8stui.control.words.spans import seconds_of

    try:
        return seconds_of(text) if text else None
    except ValueError as error:
        raise InvalidInputError(f"--since {text!r} is no duration.", hint="As 30s, 5m, 2h or 1h30m.") from error


def _instant(text: str) -> str | None:
    from k8stui.control.words.spans import epoch, iso

    try:
        return iso(epoch(text))
    except ValueError as error:
        hint = "As 2026-11-24T04:16:56Z."
        raise InvalidInputError(f"--since-time {text!r} is no RFC 3339 time.", hint=hint) from error


def _sifted(sieve: Sieve, write: Callable[[LogLine], None]) -> Callable[[LogLine], None]:
    """Writes those lines that pass; what k8stui says about a log always does."""

    def sift(line: LogLine) -> None:
        if line.kind == "note" or sieve.passes(log_line(line.text)):
            write(line)

    return sift if sieve else write


async def _zenml_id(cluster: Cluster, run: str) -> str:
    """ZenML's id of a run that it made; empty for others, and for what is not there."""
    from k8stui.control.runs.reading import summarise_run

    try:
        return (await summarise_run(cluster, run)).zenml_id
    except (ForbiddenError, NotFoundError):  # Logs can be read without the run's record, and where that is gone.
        return ""


async def _newest(cluster: Cluster) -> str:
    from k8stui.control.runs.reading import list_all_runs

    found = await list_all_runs(cluster)
    if not found:
        raise NotFoundError(f"There are no runs in namespace {cluster.namespace}.", hint="Start one: k8stui run FILE")
    note(f"run {cell(found[0].run)}")
    return found[0].run


async def _explain(cluster: Cluster, query: LogQuery) -> None:
    """An empty answer is explained; a run that does not exist is an error."""
    if query.pod:
        note(f"No logs: the pod {query.pod} has written nothing{' before a restart' if query.previous else ' yet'}.")
        return
    if query.run:
        from k8stui.control.runs.reading import summarise_run

        await summarise_run(cluster, query.run)
    whose = f"run {query.run}" if query.run else f"pipeline {query.pipeline}"
    if query.previous:
        note(f"No previous logs: no container of {whose} was restarted, or its pod is gone.")
    else:
        note(f"No logs: no pod of {whose} has written anything, or they are gone.")
        if query.zenml and not query.orchestrator:
            note("Steps of a dynamic pipeline of ZenML write to the log of its orchestrator: add --orchestrator")


async def _runs_of(cluster: Cluster, query: LogQuery, write: Callable[[LogLine], None]) -> list[str]:
    """The runs whose pods may be gone: the one that is looked at, or the newest of a pipeline, from earlier ones on.

    Args:
        cluster: Where the runs are.
        query: What of them is looked at.
        write: Takes what is to be said of others.
    """
    if query.previous or query.orchestrator:
        return []
    if query.run:
        return [query.run]
    from k8stui.control.logs.gone import runs_to_look_at
    from k8stui.control.runs.reading import list_runs

    try:
        found = await list_runs(cluster, pipeline=query.pipeline)
    except ForbiddenError:  # Logs can be read without records.
        return []
    runs, earlier = runs_to_look_at(found, query, begin=query.begin(time.time()))
    for line in earlier:
        write(line)
    return [run.run for run in reversed(runs)]


async def _tell_gone(
    cluster: Cluster,
    query: LogQuery,
    runs: Sequence[str],
    read: Container[str],
    write: Callable[[LogLine], None],
) -> set[str]:
    """The logs of pods that are gone, as far as they are archived; gives the names of those pods.

    Args:
        cluster: Where the runs are.
        query: What of them is looked at.
        runs: Their names.
        read: Pods whose logs were read before.
        write: Takes the lines.
    """
    told: set[str] = set()
    for run in runs:
        told |= await _tell_gone_of(cluster, query, run, read, write)
    return told


async def _tell_gone_of(
    cluster: Cluster, query: LogQuery, run: str, read: Container[str], write: Callable[[LogLine], None]
) -> set[str]:
    from k8stui.control.logs.gone import gone_attempts, gone_logs
    from k8stui.control.runs.reading import look_at_run

    try:
        found = await look_at_run(cluster, run)
    except (ForbiddenError, NotFoundError):  # Logs can be read without the run's record, also one that goes meanwhile.
        return set()
    now = time.time()
    there = {pod["metadata"]["name"] for pod in found.pods}
    gone = [one for one in gone_attempts(found.view, query, there, now=now) if one[1].pod not in read]
    async for lines in gone_logs(found.view, gone, query.window, now=now):
        for line in lines:
            write(line)
    return {attempt.pod for _, attempt in gone}


async def _follow(cluster: Cluster, query: LogQuery, write: Callable[[LogLine], None]) -> Container[str]:
    """A run's logs end when it does; a pipeline's go on until the person has seen enough.

    Returns:
        Names of the pods whose logs were read.
    """
    from k8stui.control.live.channel import Channel
    from k8stui.control.logs.many import following
    from k8stui.control.logs.stream import LogLine
    from k8stui.control.runs.watching import wait_run
    from k8stui.control.scripts.follow import LATE_LOGS
    from k8stui_tui.cli.following import tell_wait

    async with following(cluster, query) as follower, Channel[list[LogLine]]() as channel:

        async def hand_on() -> None:
            async for lines in follower:
                await channel.put(lines)
            await channel.close()

        async def until_the_end() -> None:
            ended = await wait_run(cluster, query.run, on_wait=tell_wait)
            await follower.finish(LATE_LOGS, ended=ended)

        channel.spawn(hand_on())
        if query.run:
            channel.spawn(until_the_end())
        async for lines in channel:
            for line in lines:
                write(line)
        return follower.seen


def _writer(form: LogFormat, *, timestamps: bool, runs: bool) -> Callable[[LogLine], None]:
    from k8stui.control.words.spans import iso
    from k8stui_tui.cli.colours import coloured, painter

    paint = painter(on=coloured(sys.stdout))

    def text(line: LogLine) -> str:
        when = f"{iso(line.time) or '-'} " if timestamps else ""
        label = cell(f"{line.run} {line.step}" if runs else line.step or line.pod)
        return f"{when}{paint(f'step:{line.step}', label)} | {log_line(line.text)}"

    def json_line(line: LogLine) -> str:
        data = {"time": iso(line.time), "run": line.run, "step": line.step, "pod": line.pod, "kind": line.kind}
        archived = {"archived": True} if line.archived else {}
        return json.dumps({**data, **archived, "text": line.text}, ensure_ascii=True)

    def raw(line: LogLine) -> str:
        return log_line(line.text)

    shown = {LogFormat.TEXT: text, LogFormat.RAW: raw, LogFormat.JSON: json_line}[form]

    def write(line: LogLine) -> None:
        if form is LogFormat.RAW and line.kind == "note":
            note(log_line(line.text))
            return
        sys.stdout.write(shown(line) + "\n")
        sys.stdout.flush()

    return write
