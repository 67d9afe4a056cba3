"""The time zone of this machine, with its changes of the clocks, and not only what its offset is just now."""

from __future__ import annotations

import os
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from k8stui.model.cron import zone_of, zone_problem

LOCALTIME = Path("/etc/localtime")


def local_zone() -> tzinfo:
    """The zone that TZ names, else the one that the machine is set to; its offset of now where it has no name."""
    for name in (os.environ.get("TZ", "").removeprefix(":"), _linked()):
        if name and not zone_problem(name):
            return zone_of(name)
    return datetime.now(UTC).astimezone().tzinfo or UTC


def _linked() -> str:
    try:
        return str(LOCALTIME.readlink()).partition("zoneinfo/")[2]
    except OSError:
        return ""
