"""The crowded cluster, in a process of its own: what is measured must not wait for it.

Writes one line of JSON when everything is there, takes one command a line, and ends with its input: `storm RATE` and
`rest`, `turn POD STATUS`.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import threading
import time

from tests.bench.crowd.objects import DONE, FAILED, NAMESPACE, RUNNING, Crowd
from tests.bench.crowd.store import EtcdStore
from tests.cluster.real.bare import BareServer, bare_server

SEED = 5
_BEHIND = 0.5
"""Seconds by which a storm may be late before it leaves changes out."""


class Storm:
    """Changes of status, so many a second, evenly, of pods anywhere in the crowd; told how many there were at the end.

    Args:
        crowd: Whose pods.
        port: Of the etcd.
        rate: Changes a second.
    """

    def __init__(self, crowd: Crowd, port: int, rate: float) -> None:
        self._crowd, self._port, self._rate = crowd, port, rate
        self._ending = threading.Event()
        self.made = 0
        self._thread = threading.Thread(target=self._blow, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """No further changes."""
        self._ending.set()
        self._thread.join()

    def _blow(self) -> None:
        store, chance, names = EtcdStore(self._port), random.Random(SEED), list(self._crowd.pods)
        due = time.monotonic()
        while not self._ending.is_set():
            due = max(due + 1 / self._rate, time.monotonic() - _BEHIND)
            time.sleep(max(0.0, due - time.monotonic()))
            store.put(self._crowd.turn(chance.choice(names), chance.choice((RUNNING, DONE, FAILED))))
            self.made += 1
        store.close()


def serve(server: BareServer) -> None:
    """Fill the server and take commands until there are no more."""
    crowd, store = Crowd(), EtcdStore(server.ports.etcd)
    store.put_all(crowd.fill())
    visible = list(crowd.pods)
    _say(kubeconfig=str(server.kubeconfig), kubectl=str(server.programs["kubectl"]), namespace=NAMESPACE, pods=visible,
         server=list(server.pids.values()))  # fmt: skip
    storm: Storm | None = None
    for line in sys.stdin:
        match line.split():
            case ["storm", rate]:
                storm = Storm(crowd, server.ports.etcd, float(rate))
            case ["rest"] if storm:
                storm.end()
                _say(made=storm.made)
            case ["turn", pod, status]:
                store.put(crowd.turn(pod, status))


def _say(**told: object) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    gc.disable()  # Ten thousand pods are no garbage, and looking whether they are takes as long as making them.
    with bare_server() as bare:
        serve(bare)
