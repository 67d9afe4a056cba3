"""What is promised about ten thousand pods, and whether the measurements meet it."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from tests.bench.crowd.commands import Commands
from tests.bench.crowd.screen import COLUMNS, ROWS, STORM, Felt, OnScreen
from tests.bench.machine import Machine
from tests.bench.page import CROWD, Section, Table, circumstances
from tests.bench.rows import HEAD, Row, milliseconds, row, seconds, share
from tests.cluster.real.layout import KUBERNETES_VERSION

ROWS_SECONDS, MEMORY_MIB = 1.5, 220.0
ROWS_RATIO = 0.56
"""The same 1.5 s over the 2.7 s of kubectl on the machine for which they were promised: another may be slower."""

IDLE_CPU, IDLE_BYTES, STORM_BYTES = 0.01, 50.0, 1500.0
IDLE_KEY, STORM_KEY, STORM_KEY_MAX, SLOW_KEY = 0.015, 0.040, 0.100, 0.600
CHANGE_SECONDS, FILTER_SECONDS = 0.300, 0.030
PODS_RATIO, RUNS_SECONDS, VERSION_SECONDS = 0.8, 1.0, 0.150

_INTRODUCTION = f"""\
Written by `make bench-tui`. A real API server with its etcd and no node, 200 runs with 50 pods each in one namespace,
as the kubelet leaves them behind (8 KiB of JSON a pod, managed fields included), all older than an hour. The real
program on a pseudo-terminal of {COLUMNS}x{ROWS} shows its Pods screen, with the log of the pod at the cursor beside
it. A storm is {STORM:.0f} changes of status a second, of pods anywhere among the 10,000, written to etcd, so that the
API server pays for its watches only; the changes whose way to the screen is measured are of pods in sight. The slow
line is an SSH session of 64 kbit/s and 200 ms there and back. Commands run in turn with kubectl's; the ratio is the
median of the ratios of pairs. All processes share the machine.
"""


@dataclass(frozen=True)
class CrowdMeasured:
    """All measurements of the crowd.

    Attributes:
        screen: Of the Pods screen.
        commands: Of the command line.
    """

    screen: OnScreen
    commands: Commands


def section(measured: CrowdMeasured, machine: Machine, *, calm: bool) -> tuple[Section, bool]:
    """The section of the page, and whether all bars are met."""
    found = _rows(measured)
    tables = (Table("Promises", HEAD, [one.cells for one in found]),)
    server = ("Kubernetes", f"{KUBERNETES_VERSION}, API server and etcd alone")
    where = circumstances(machine, server, ("begun on a busy machine", "no" if calm else "yes"))
    return Section(CROWD, _INTRODUCTION, tables, where), not any(one.met is False for one in found)


def _rows(measured: CrowdMeasured) -> list[Row]:
    screen, commands = measured.screen, measured.commands
    rows_ratios = [ours / statistics.median(commands.kubectl) for ours in screen.rows]
    ratios = [ours / theirs for ours, theirs in zip(commands.pods, commands.kubectl, strict=True)]
    rows = [
        row("`k8stui --screen pods`: process started -> first rows", ROWS_SECONDS, screen.rows, seconds),
        row("the same, over `kubectl get pods`", ROWS_RATIO, rows_ratios, "{:.2f} x".format),
        row("the same -> all 10,000 pods", None, screen.listed, seconds),
        row("filter: last letter -> rows that match", FILTER_SECONDS, screen.filters, milliseconds),
    ]
    if screen.calm and screen.storm:
        rows += _felt("at rest", screen.calm, IDLE_KEY, IDLE_BYTES)
        rows.append(row("at rest: processor", IDLE_CPU, [screen.calm.rest.cpu], share))
        rows += _felt("storm", screen.storm, STORM_KEY, STORM_BYTES)
        rows.append(row("storm: longest wait for a key", STORM_KEY_MAX, screen.storm.keys, milliseconds, of=max))
        rows.append(row("storm: processor", None, [screen.storm.rest.cpu], share))
        rows.append(row("storm: changes a second that were made", None, [screen.storm.rate], "{:.0f}".format))
    return [
        *rows,
        row("slow line, storm: key -> changed screen", SLOW_KEY, screen.slow_keys, milliseconds),
        row("slow line, storm: longest wait for a key", None, screen.slow_keys, milliseconds, of=max),
        row("slow line, storm: change -> screen", None, screen.slow_changes, milliseconds),
        row("`k8stui pods list`, over `kubectl get pods`", PODS_RATIO, ratios, "{:.2f} x".format),
        row("`k8stui pods list`", None, commands.pods, seconds),
        row("`kubectl get pods`", None, commands.kubectl, seconds),
        row("`k8stui runs list` of 200 runs", RUNS_SECONDS, commands.runs, seconds),
        row("`k8stui --version`", VERSION_SECONDS, commands.version, milliseconds),
    ]


def _felt(when: str, felt: Felt, key: float, written: float) -> list[Row]:
    return [
        row(f"{when}: key -> changed screen", key, felt.keys, milliseconds),
        row(f"{when}: status of a pod changes -> on the screen", CHANGE_SECONDS, felt.changes, milliseconds),
        row(f"{when}: bytes to the terminal a second", written, [felt.rest.bytes], "{:,.0f} B/s".format),
        row(f"{when}: memory", MEMORY_MIB, [felt.rest.memory_mib], "{:.0f} MiB".format),
    ]
