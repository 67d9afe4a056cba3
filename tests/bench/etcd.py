"""How many bytes etcd has written: it is shared by the whole cluster, so what a run costs it is part of its price."""

from __future__ import annotations

import urllib.request
from pathlib import Path

from tests.bench.errors import BenchError
from tests.cluster.real.facts import Facts

_FLAG = "--listen-client-urls="
_METRIC = "etcd_disk_wal_write_bytes_total"


class Etcd:
    """The test cluster's etcd, found by its command line."""

    def __init__(self, facts: Facts) -> None:
        command = Path(f"/proc/{facts.pids['etcd']}/cmdline").read_text().split("\0")
        urls = [part.removeprefix(_FLAG).split(",")[0] for part in command if part.startswith(_FLAG)]
        if not urls:
            raise BenchError("etcd's address is not to be found in its command line")
        self._url = urls[0]

    def written(self) -> int:
        """Bytes written to the write-ahead log since etcd started."""
        return written_by(self._url)


def written_by(url: str) -> int:
    """Bytes that the etcd at this address has written to its write-ahead log since it started.

    Raises:
        BenchError: It does not tell.
    """
    with urllib.request.urlopen(f"{url}/metrics", timeout=5) as answer:
        for line in answer.read().decode().splitlines():
            if line.startswith(f"{_METRIC} "):
                return int(float(line.split()[1]))
    raise BenchError(f"etcd does not tell {_METRIC}")
