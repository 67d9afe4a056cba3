"""Is a component working? Asked at its own health address, over loopback."""

from __future__ import annotations

import ssl
import urllib.request
from pathlib import Path

from .errors import RealClusterError
from .processes import Process, is_alive
from .waiting import wait_until

TLS = ssl.create_default_context()
# Loopback only, and scheduler and controllers make up a certificate of their own at each start.
TLS.check_hostname = False
TLS.verify_mode = ssl.CERT_NONE
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=TLS))


def is_healthy(url: str) -> bool:
    """Tell whether the address answers with success."""
    try:
        with DIRECT.open(url, timeout=2):
            return True
    except OSError:  # refused, reset, timed out, or an answer that isn't a success
        return False


def wait_healthy(name: str, process: Process, url: str, *, log: Path, timeout: float = 180) -> None:
    """Return when the component works; at once if it has no health address (empty `url`).

    Raises:
        RealClusterError: it ended, or isn't healthy in `timeout` seconds; with the end of its log.
    """

    def works() -> bool:
        if not is_alive(process):
            raise RealClusterError(f"{name} ended while starting.")
        return not url or is_healthy(url)

    try:
        wait_until(works, what=f"{name} to become healthy", timeout=timeout)
    except RealClusterError as error:
        raise RealClusterError(str(error), hint=last_words(log)) from None


def last_words(log: Path, *, lines: int = 15) -> str:
    """Return the end of a log file, or an empty text when there is none."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""
