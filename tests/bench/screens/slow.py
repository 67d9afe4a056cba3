"""A terminal behind a slow line: 64 kbit/s, 200 ms there and back, as an SSH session over a bad link.

What the program writes waits in the pseudo-terminal until the line has room for it, as it does with sshd.
"""

from __future__ import annotations

import os
import queue
import threading
import time

from tests.bench.screens.recorder import Recorder

BYTES_A_SECOND = 64_000 / 8
ONE_WAY = 0.1
_PIECE = 256
"""Bytes that travel together."""


class SlowRecorder(Recorder):
    """Output comes at the pace of the line, and late; keys arrive late."""

    def press(self, key: str) -> float:
        """Press a key; it arrives later than the time that is given."""
        began = time.perf_counter()
        threading.Timer(ONE_WAY, super().press, (key,)).start()
        return began

    def _read(self) -> None:
        travelling: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        arriving = threading.Thread(target=self._arrive, args=(travelling,), daemon=True)
        arriving.start()
        free = time.perf_counter()
        while True:
            try:
                data = os.read(self.master, _PIECE)
            except OSError:
                data = b""
            free = max(free, time.perf_counter()) + len(data) / BYTES_A_SECOND
            time.sleep(max(0.0, free - time.perf_counter()))
            travelling.put((free + ONE_WAY, data))
            if not data:
                arriving.join()
                return

    def _arrive(self, travelling: queue.SimpleQueue[tuple[float, bytes]]) -> None:
        while True:
            moment, data = travelling.get()
            time.sleep(max(0.0, moment - time.perf_counter()))
            self._take(data)
            if not data:
                return
