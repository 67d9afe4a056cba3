"""Put before a master's program as its `sitecustomize`: stamps what the master hears of ends and what it asks for.

It stands on the standard library, so the master is the one that is shipped. A line in the file of `STAMPS` is a word,
the name of a pod and a time of the monotonic clock, which all processes of a machine share.
"""

import http.client
import json
import os
import time
from pathlib import Path

STAMPS = "K8STUI_BENCH_STAMPS"
HEARD, ASKED = "heard", "asked"

_readline, _request = http.client.HTTPResponse.readline, http.client.HTTPConnection.request


def _note(word: str, pod: str, when: float) -> None:
    with Path(os.environ[STAMPS]).open("a", encoding="ascii") as file:
        file.write(f"{word} {pod} {when:.9f}\n")


def _stamped_readline(self, limit=-1):  # type: ignore[no-untyped-def]  # runs in images without types
    line = _readline(self, limit)
    if b'"exitCode"' in line:
        _note(HEARD, json.loads(line)["object"]["metadata"]["name"], time.monotonic())
    return line


def _stamped_request(self, method, url, body=None, headers=None, **more):  # type: ignore[no-untyped-def]  # likewise
    _request(self, method, url, body, headers or {}, **more)
    if method == "POST" and url.endswith("/pods"):
        _note(ASKED, json.loads(body)["metadata"]["name"], time.monotonic())


if os.environ.get(STAMPS):
    http.client.HTTPResponse.readline = _stamped_readline  # type: ignore[method-assign]  # to be told of it
    http.client.HTTPConnection.request = _stamped_request  # type: ignore[method-assign]  # likewise
