"""What the probe's pod runs, in any image with Python 3.9, and what is made of its answer. Pure.

The program tells by the termination message, so that nobody needs the right to read logs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from k8stui.control.doctor.connection import SKEWED, TIME_SERVER
from k8stui.control.doctor.finding import Finding, Level
from k8stui.control.doctor.targets import Target
from k8stui.incluster.master.kube import ACCOUNT_DIR
from k8stui.incluster.wire.variables import ENV_ACCOUNT_DIR, ENV_TERMINATION_LOG

TARGETS = "K8STUI_PROBE_TARGETS"
"""Variable with the hosts to reach, as JSON: names to `[host, port]`."""

SOURCE = f"""
import email.utils, http.client, json, os, socket, ssl, sys, time
told = {{"python": "%d.%d" % sys.version_info[:2]}}
def attempt(name, work):
    try:
        told[name] = {{"ok": True, "said": work()}}
    except Exception as error:
        told[name] = {{"ok": False, "said": ("%s: %s" % (type(error).__name__, error))[:300]}}
def server():
    folder = os.environ.get("{ENV_ACCOUNT_DIR}") or "{ACCOUNT_DIR}"
    read = lambda name: open(os.path.join(folder, name)).read().strip()
    host, port = os.environ["KUBERNETES_SERVICE_HOST"], int(os.environ["KUBERNETES_SERVICE_PORT"])
    trust = ssl.create_default_context(cafile=os.path.join(folder, "ca.crt"))
    link = http.client.HTTPSConnection(host, port, timeout=10, context=trust)
    path = "/api/v1/namespaces/%s/pods?limit=1" % read("namespace")
    link.request("GET", path, headers={{"Authorization": "Bearer " + read("token")}})
    answer = link.getresponse()
    date, now = answer.getheader("Date"), time.time()
    if date:
        told["ahead"] = now - email.utils.parsedate_to_datetime(date).timestamp()
    if answer.status != 200:
        raise OSError("HTTP %d" % answer.status)
    return "%s:%d" % (host, port)
def reach(host, port):
    socket.create_connection((host, port), 5).close()
    return ""
attempt("server", server)
attempt("names", lambda: socket.getaddrinfo("kubernetes.default.svc", 443)[0][4][0])
for name, place in json.loads(os.environ["{TARGETS}"]).items():
    attempt(name, lambda: reach(*place))
with open(os.environ.get("{ENV_TERMINATION_LOG}") or "/dev/termination-log", "w") as file:
    json.dump(told, file)
"""

OLDEST_PYTHON = (3, 9)
"""What master and steps need."""


def inside_findings(message: str, targets: Iterable[Target]) -> list[Finding]:
    """What the pod told.

    Args:
        message: Its termination message.
        targets: The hosts that it was to reach.
    """
    try:
        told = json.loads(message)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        return [Finding("probe", Level.PROBLEM, "the probe's pod ended without an answer",
                        "Is there a python3 in its image? Choose another one with --image")]  # fmt: skip
    return [
        _python(str(told.get("python"))),
        _answer(told, "server", "API server", "the orchestrator cannot work",
                "Look at network policies and the service account's role"),
        _clock(told.get("ahead")),
        _answer(told, "names", "names of services", "hosts with a name may not be found",
                "Look at the cluster's DNS: kubectl -n kube-system get pods", level=Level.WARNING),
        *(_target(told, one) for one in targets),
    ]  # fmt: skip


def _target(told: Mapping[str, Any], target: Target) -> Finding:
    what, fix = f"{target.check} {target}", "Look at network policies, proxies and DNS of the cluster"
    if target.check == "registry":
        # Images are pulled by nodes, whose network may be another one.
        return _answer(told, target.check, what, "nodes may not either", fix, level=Level.WARNING)
    return _answer(told, target.check, what, "steps cannot use it", fix)


def _python(version: str) -> Finding:
    numbers = tuple(int(part) for part in version.split(".") if part.isdigit())
    if numbers < OLDEST_PYTHON:
        told = f"the image has Python {version}, and runs need 3.9 or newer"
        return Finding("probe: image", Level.PROBLEM, told, "Choose another one with --image, image= or the stack")
    return Finding("probe: image", Level.OK, f"the image has Python {version}")


def _clock(ahead: object) -> Finding:
    if not isinstance(ahead, int | float):
        return Finding("probe: clock", Level.UNKNOWN, "the pod got no time from the server")
    # The server's date is cut off to seconds.
    if -SKEWED < ahead < SKEWED + 1:
        return Finding("probe: clock", Level.OK, "the node's clock and the server's agree")
    told = f"the node's clock differs from the server's by {ahead:.0f} s: times of steps are wrong by that much"
    return Finding("probe: clock", Level.WARNING, told, TIME_SERVER)


def _answer(
    told: Mapping[str, Any], key: str, what: str, without: str, fix: str, *, level: Level = Level.PROBLEM
) -> Finding:
    check = f"probe: {'dns' if key == 'names' else key}"
    answer = told.get(key) or {}
    if answer.get("ok"):
        return Finding(check, Level.OK, f"pods reach the {what}" if key != "names" else "pods find names of services")
    why = answer.get("said") or "no answer"
    verb = "do not find" if key == "names" else "do not reach the"
    return Finding(check, level, f"pods {verb} {what}: {why}; {without}", fix)
