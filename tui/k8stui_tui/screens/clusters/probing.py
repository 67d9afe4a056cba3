"""Asks the context under the cursor what it is like, one at a time, and keeps the answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from k8stui.model.errors import K8stuiError, UnreachableError, as_told
from k8stui_tui.actions.needs import EVERY

if TYPE_CHECKING:
    from k8stui.control.clusters.contexts import ContextFacts
    from k8stui_tui.store import Store


class Probing:
    """What contexts answered.

    Attributes:
        found: The answers, or why there is none, by the context's name.
        asking: The one that is asked now; empty for none.
    """

    def __init__(self, store: Store) -> None:
        self.found: dict[str, ContextFacts | K8stuiError] = {}
        self.asking = ""
        self._store = store

    async def ask(self, name: str) -> None:
        """Ask one, by a connection of its own."""
        elsewhere = self._store.elsewhere
        if elsewhere is None:
            return
        from k8stui.control.clusters.contexts import look_at_cluster

        self.asking = name
        try:
            async with elsewhere.connector(name)() as cluster:
                self.found[name] = await look_at_cluster(cluster, EVERY)
        except TimeoutError:
            self.found[name] = UnreachableError("It did not answer in time.")
        except asyncio.CancelledError:
            raise
        except Exception as error:
            self.found[name] = as_told(error)
        finally:
            if self.asking == name:
                self.asking = ""
