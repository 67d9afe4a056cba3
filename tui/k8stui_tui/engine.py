"""The engine, imported behind the first painted screen: that costs more than all the rest of the start.

Modules that are drawn with import nothing of it at their top but words and plain functions. Whoever needs more awaits
`loaded` first, or is a key that a person presses later: an import inside a function is then a look into a table.
"""

from __future__ import annotations

import asyncio
import gc
from importlib import import_module
from typing import Any

FIRST = ("k8stui.cluster.connect", "k8stui.cluster.transport", "k8stui.control.runs.board", "k8stui.control.runs.feed",
         "k8stui_tui.feeds.logs")  # fmt: skip
"""What it takes to show runs."""

FACTORIES = {
    "runs": "k8stui_tui.screens.runs.screen:RunsScreen",
    "pods": "k8stui_tui.screens.pods.screen:PodsScreen",
    "schedules": "k8stui_tui.screens.schedules.screen:SchedulesScreen",
    "events": "k8stui_tui.screens.events.screen:EventsScreen",
    "clusters": "k8stui_tui.screens.clusters.screen:ClustersScreen",
}
"""What makes each screen of `actions.action.SCREENS`; imported when it is first wanted, or behind the first one."""

REST = (*(made.partition(":")[0] for made in FACTORIES.values()),
        "k8stui.control.lifecycle.ending", "k8stui.control.lifecycle.pausing", "k8stui.control.lifecycle.pruning",
        "k8stui.control.submitting.rerunning", "k8stui.control.submitting.retrying", "k8stui.control.diagnosis.why",
        "k8stui.control.describing.reading", "k8stui.control.objects.showing", "k8stui.control.schedules.preview",
        "k8stui_tui.screens.create.screen", "k8stui_tui.screens.schedule_editor.screen",
        "k8stui_tui.screens.schedule_editor.new")  # fmt: skip
"""The other screens, and what keys do with runs."""


def factory_of(screen: str) -> Any:
    """What makes a screen of a store."""
    module, _, name = FACTORIES[screen].partition(":")
    return getattr(import_module(module), name)


async def loaded() -> None:
    """Wait until runs can be shown; the garbage collector works from then on at the latest."""
    await asyncio.to_thread(_load, FIRST)
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


async def load_rest() -> None:
    """Have ready what keys may ask for."""
    await asyncio.to_thread(_load, REST)
    # What was imported never becomes garbage.
    gc.freeze()


def _load(modules: tuple[str, ...]) -> None:
    for module in modules:
        import_module(module)
