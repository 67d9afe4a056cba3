"""The command line: `python -m tests.cluster.real run|up|down|status|build`."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from textwrap import shorten

from . import cluster, state
from .command import run_command
from .errors import RealClusterError
from .facts import VARIABLE
from .progress import say
from .signals import Interrupted, interruptible

REUSE = "K8STUI_REUSE_CLUSTER"


def main(argv: Sequence[str]) -> int:
    """Run one subcommand and return the exit code (of the command itself for `run`; 1 for an error of ours)."""
    options = _parser().parse_args(argv)
    try:
        with interruptible():
            return int(options.act(options))
    except RealClusterError as error:
        say(str(error))
        if error.hint:
            say(error.hint)
        return 1
    except Interrupted as interruption:
        return 128 + interruption.number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.cluster.real", description="Real Kubernetes, here")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    run = verbs.add_parser("run", help="start a cluster, run a command on it, stop it; exits as the command does")
    run.add_argument("--reuse", action="store_true", help=f"use the cluster that is up and leave it up ({REUSE}=1)")
    run.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    run.set_defaults(act=_run)
    for name, act, text in (
        ("up", _up, "start a cluster that stays; prints the path of its kubeconfig"),
        ("down", _down, "stop the cluster that `up` started, or clean up after one that crashed"),
        ("status", _status, "say what is running; exits with 0 if a cluster is up and whole"),
        ("build", _build, "build and fetch all that is missing, start nothing"),
    ):
        verbs.add_parser(name, help=text).set_defaults(act=act)
    return parser


def _run(options: argparse.Namespace) -> int:
    command: list[str] = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        raise RealClusterError("There is no command to run.", hint="For example: run -- kubectl get nodes")
    if options.reuse or os.environ.get(REUSE) == "1":
        record = cluster.running()
        if record:
            return run_command(command, cluster.environment(record))
        say("no cluster is up to be used again; starting one for this command")
    record = cluster.start(command=shorten(f"run -- {shlex.join(command)}", 80, placeholder=" ..."), stay=False)
    try:
        return run_command(command, cluster.environment(record))
    finally:
        cluster.stop(record)


def _up(_options: argparse.Namespace) -> int:
    record = cluster.running() or cluster.start(command="up", stay=True)
    say(f"up; for tests: export KUBECONFIG={record.folder.kubeconfig} {VARIABLE}={record.folder.facts}")
    print(record.folder.kubeconfig)
    return 0


def _down(_options: argparse.Namespace) -> int:
    record = state.load()
    if record is None:
        say("no cluster is up")
        return 0
    if record.holder and record.is_held:
        raise cluster.in_use(record)
    cluster.stop(record)
    return 0


def _status(_options: argparse.Namespace) -> int:
    record = state.load()
    if record is None:
        print("no cluster")
        return 1
    print(f"{'in use' if record.is_held else 'crashed'}: `{record.command}` since {record.since}, in {record.root}")
    print(f"kubeconfig: {record.folder.kubeconfig}")
    for name, process in record.processes.items():
        print(f"{name:<24} {'stopped' if name in record.dead_components else f'pid {process.pid}'}")
    return int(not record.is_held or bool(record.dead_components))


def _build(_options: argparse.Namespace) -> int:
    cluster.prepare()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
