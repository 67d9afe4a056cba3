"""aiohttp, imported without the certificate authorities of the system.

As it is imported it makes a context that trusts them, for requests that bring none. Reading them takes a third of the
time of its import, and our requests bring a context of their own. So that context reads them when it is first used:
whoever else uses aiohttp in this process finds it as ever.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _LateContext(ssl.SSLContext):
    """A context that is about to be used for the first time; then it is like any other."""

    def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        """As any context, with the authorities of the system."""
        return _read(self).wrap_socket(*args, **kwargs)

    def wrap_bio(self, *args: Any, **kwargs: Any) -> ssl.SSLObject:
        """As any context, with the authorities of the system."""
        return _read(self).wrap_bio(*args, **kwargs)


def _read(context: ssl.SSLContext) -> ssl.SSLContext:
    context.load_default_certs()
    context.__class__ = ssl.SSLContext
    return context


@contextmanager
def _late() -> Iterator[None]:
    """Contexts that this thread makes meanwhile read the authorities of the system when they are first used."""
    load, ours = ssl.SSLContext.load_default_certs, threading.get_ident()

    def later(context: ssl.SSLContext, purpose: ssl.Purpose = ssl.Purpose.SERVER_AUTH) -> None:
        if threading.get_ident() == ours and type(context) is ssl.SSLContext and purpose is ssl.Purpose.SERVER_AUTH:
            context.__class__ = _LateContext
        else:
            load(context, purpose)

    ssl.SSLContext.load_default_certs = later  # type: ignore[assignment,method-assign]  # for as long as one import takes
    try:
        yield
    finally:
        ssl.SSLContext.load_default_certs = load  # type: ignore[method-assign]  # see above


with _late():
    import aiohttp

__all__ = ["aiohttp"]
