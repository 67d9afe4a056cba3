"""`k8stui demo`: runs on an embedded cluster, with nothing installed but this."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from k8stui_tui.cli.output import say
from k8stui_tui.cli.session import execute
from k8stui_tui.demo.files import EXAMPLES, examples

if TYPE_CHECKING:
    from pathlib import Path

    from k8stui.control.logs.stream import LogLine
    from k8stui.embedded import EmbeddedCluster

EVICTED_STEP = "train"


def demo() -> None:
    """Show runs in every state on an embedded cluster; nothing but this program is needed.

    On a terminal: the control center. Without one: the example pipelines are run and told as text, one step is evicted
    once and recovers; exit code 0 when all of them succeeded, 1 otherwise.
    """
    from k8stui_tui.cli.center import on_terminal, show

    if on_terminal():
        from k8stui_tui.demo.hosted import demo_cluster

        show(demo_cluster, folder=examples())
    execute(_demo(examples()), interrupted="\nThe demo was interrupted; its cluster is gone.")


async def _demo(folder: Path) -> int:
    from k8stui.authoring.load import load
    from k8stui.cluster.connect import connect
    from k8stui.control.submitting.creating import submit
    from k8stui.embedded import EmbeddedCluster, Timing
    from k8stui_tui.cli.following import Shown, follow

    specs = [load(str(folder / name)).trace() for name in EXAMPLES]
    timing = Timing(job_backoff=0.2, crash_backoff=0.2, config_retry=0.2)
    async with EmbeddedCluster(timing=timing) as embedded, await connect(kubeconfig=embedded.kubeconfig) as cluster:
        say("An embedded cluster runs on this machine: the Kubernetes API, with pods as local processes.")
        say(f"Look at it with kubectl while it runs: export KUBECONFIG={embedded.kubeconfig}")
        refs = [await submit(cluster, spec) for spec in specs]
        outcomes = []
        for number, ref in enumerate(refs):
            say(f"\nPipeline {ref.pipeline} of {EXAMPLES[number]}, run {ref.run}")
            shown = Shown(sys.stdout)
            evict = None
            if number == 0:
                say(f"One {EVICTED_STEP} step will be evicted once, as if its node ran low on memory.")
                evict = _EvictOnce(embedded, ref.namespace)
            outcomes.append((await follow(cluster, ref.run, ref.namespace, shown, on_line=evict)).state.value)
        return 0 if all(outcome == "succeeded" for outcome in outcomes) else 1


class _EvictOnce:
    """Takes the pod away from the first training step that has written a line, as a kubelet under pressure does."""

    def __init__(self, embedded: EmbeddedCluster, namespace: str) -> None:
        self._embedded, self._namespace = embedded, namespace
        self._done = False

    def __call__(self, line: LogLine) -> None:
        if self._done or not line.step.startswith(EVICTED_STEP) or line.kind != "log":
            return
        self._done = True
        self._embedded.pressure_evict(self._namespace, line.pod)
        say(f"(evicting pod {line.pod})")
