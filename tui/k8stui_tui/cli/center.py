"""`k8stui` without a verb: the control center on this terminal."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from k8stui.model.errors import InvalidInputError
from k8stui.model.variables import (
    CONFIG_VARIABLE,
    CONTEXT_VARIABLE,
    KUBECONFIG_VARIABLE,
    NAMESPACE_VARIABLE,
    ONLY_NAMESPACES_VARIABLE,
    READ_ONLY_VARIABLE,
)
from k8stui_tui.actions.action import screen_called
from k8stui_tui.termkinds import undrawable

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster
    from k8stui.stacks.active import ActiveStack
    from k8stui_tui.config.model import Config
    from k8stui_tui.place import Connector, Elsewhere, Start


FRAMES_VARIABLE, FRAMES = "TEXTUAL_FPS", 240
"""Frames a second at most. A letter is drawn before what it filters, which must not wait long for the next frame."""

_VERBS = "Verbs work without one: k8stui runs list -o json; k8stui --help lists them all."


def on_terminal() -> bool:
    """Whether a person sits at both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()


_FLAGS = {"--all-namespaces": "everywhere", "-A": "everywhere", "--read-only": "read_only"}
_VALUES = {
    "--screen": "screen",
    "--context": "context",
    "--namespace": "namespace",
    "-n": "namespace",
    "--kubeconfig": "kubeconfig",
    "--only-namespaces": "only_namespaces",
}


def options_of(words: Sequence[str]) -> dict[str, Any] | None:
    """What a command line without a verb says to `open_center`, read without the library that would read it otherwise.

    That takes longer to import than all else that stands before the first painted screen.

    Returns:
        None where anything else stands in the line, or less: that library knows what to say.
    """
    found: dict[str, Any] = {}
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if word in _FLAGS:
            found[_FLAGS[word]] = True
        elif name in _VALUES and not (equals and name == "-n"):
            value = value if equals else next(rest, "")
            if not value or value.startswith("-"):
                return None
            found[_VALUES[name]] = Path(value) if name == "--kubeconfig" else value
        else:
            return None
    return found


def limit(*, read_only: bool, only_namespaces: str | None) -> None:
    """Tell the door to the cluster, in this process and in those that it starts; what stands there already stays.

    Raises:
        InvalidInputError: The namespaces to keep to are given and empty, as by a variable that is not set.
    """
    if read_only:
        os.environ[READ_ONLY_VARIABLE] = "1"
    if only_namespaces is not None:
        if not only_namespaces.strip():
            raise InvalidInputError("--only-namespaces names none.", hint="As --only-namespaces ml,team-*")
        before = os.environ.get(ONLY_NAMESPACES_VARIABLE, "")
        os.environ[ONLY_NAMESPACES_VARIABLE] = ";".join(filter(None, (only_namespaces, before)))


def open_center(
    *,
    context: str | None = None,
    namespace: str | None = None,
    kubeconfig: Path | None = None,
    everywhere: bool = False,
    read_only: bool = False,
    only_namespaces: str | None = None,
    screen: str = "",
) -> NoReturn:
    """Show the screens until the person leaves.

    Args:
        context: Of the kubeconfig; the one that `K8STUI_CONTEXT` names, the active stack's, or the current one.
        namespace: The one that `K8STUI_NAMESPACE` names, the active stack's, or the context's own.
        kubeconfig: A file; the one that `K8STUI_KUBECONFIG` names, those of `KUBECONFIG`, or `~/.kube/config`.
        everywhere: All namespaces.
        read_only: Nothing is changed in the cluster.
        only_namespaces: Those to keep to; None for what else says so.
        screen: Name of the one to begin with; empty for the config file's.

    Raises:
        InvalidInputError: There is no terminal to show them on, no such screen, or the config file has something
            in it that is not possible.
    """
    limit(read_only=read_only, only_namespaces=only_namespaces)
    first = screen_called(screen) if screen else ""
    if not on_terminal():
        raise InvalidInputError(
            "The screens need a terminal, and this is none.",
            hint=_VERBS,
        )

    from k8stui_tui.engine import loaded

    def connector(stack: ActiveStack | None, named: str | None, inside: str | None, file: Path | None) -> Connector:
        @asynccontextmanager
        async def connection() -> AsyncIterator[Cluster]:
            await loaded()
            from k8stui.control.clusters.placing import open_cluster

            async with await open_cluster(stack, kubeconfig=file, context=named, namespace=inside) as cluster:
                yield cluster

        return connection

    context = context or os.environ.get(CONTEXT_VARIABLE) or None
    namespace = namespace or os.environ.get(NAMESPACE_VARIABLE) or None
    if kubeconfig is None and (named := os.environ.get(KUBECONFIG_VARIABLE)):
        kubeconfig = Path(named)

    def start() -> tuple[ActiveStack | None, Connector]:
        from k8stui.control.clusters.placing import used_stack

        stack = used_stack(context=context, kubeconfig=kubeconfig)
        return stack, connector(stack, context, namespace, kubeconfig)

    from k8stui_tui.place import Elsewhere

    elsewhere = Elsewhere(
        kubeconfig,
        connector=lambda name: connector(None, name, None, kubeconfig),
        stacked=lambda stack: connector(stack, None, None, None),
    )
    first_one = connector(None, context, namespace, kubeconfig)
    show(first_one, everywhere=everywhere, screen=first, elsewhere=elsewhere, start=start)


def show(
    connection: Callable[[], AbstractAsyncContextManager[Cluster]],
    *,
    everywhere: bool = False,
    folder: Path | None = None,
    screen: str = "",
    elsewhere: Elsewhere | None = None,
    start: Start | None = None,
) -> NoReturn:
    """Run the app on a connection; leaves with the app's exit code."""
    if why := undrawable(os.environ):
        told = f"The screens cannot be drawn here: {why}."
        raise InvalidInputError(told, hint=f"Set TERM to what the terminal is, if it can draw.\n{_VERBS}")
    os.environ.setdefault(FRAMES_VARIABLE, str(FRAMES))  # Textual reads it when it is imported, which is soon.
    config = own_config()
    from k8stui_tui.app import ControlCenter
    from k8stui_tui.config.files import memory_path
    from k8stui_tui.config.memory import Memory
    from k8stui_tui.store import Store

    # Thousands of pods are garbage seldom: a full collection would hold up the keys for a tenth of a second. There is
    # none before the engine is imported (`engine.loaded`).
    gc.disable()
    gc.set_threshold(20_000, 20, 100)
    store = Store(connection, everywhere=everywhere, elsewhere=elsewhere, start=start)
    memory = Memory(memory_path())
    app = ControlCenter(store, config=config, memory=memory, folder=folder, screen=screen)
    app.run()
    raise SystemExit(app.return_code or 0)


def own_config() -> Config:
    """What the person has set in the config file.

    Raises:
        InvalidInputError: There is something in it that is not possible, or K8STUI_CONFIG names no file.
    """
    from k8stui.model.configfile import config_path

    path = config_path()
    if path.exists():
        from k8stui_tui.config.reading import read_config

        return read_config(path)
    if os.environ.get(CONFIG_VARIABLE):
        raise InvalidInputError(f"{CONFIG_VARIABLE} names {path}, and there is no such file.")
    from k8stui_tui.config.model import Config

    return Config()
