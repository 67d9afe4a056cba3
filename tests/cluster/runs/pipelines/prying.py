"""A Python and a container step that look for credentials, and ask the API server for what is not theirs."""

import json
import os
import ssl
import urllib.error
import urllib.request
from pathlib import Path

from k8stui import container_step, pipeline, step

FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount"


@step
def pry(namespace: str, secret: str, record: str) -> dict[str, object]:
    space = f"/api/v1/namespaces/{namespace}"
    return {
        "folder": Path(FOLDER).exists(),
        "variables": sorted(name for name in os.environ if name.startswith("K8STUI_")),
        "read": asked("GET", f"{space}/secrets/{secret}"),
        "list": asked("GET", f"{space}/secrets"),
        "change": asked("PATCH", f"{space}/configmaps/{record}", {"metadata": {"annotations": {"pried": "yes"}}}),
        "delete": asked("DELETE", f"{space}/configmaps/{record}"),
        "create": asked("POST", f"{space}/pods", {"metadata": {"name": "pried"}}),
    }


def asked(method: str, path: str, body: object = None) -> int:
    """The HTTP status of an answer."""
    host, port = (os.environ[f"KUBERNETES_SERVICE_{name}"] for name in ("HOST", "PORT"))
    request = urllib.request.Request(
        f"https://{host}:{port}{path}",
        method=method,
        data=json.dumps(body).encode() if body else None,
        headers={"Content-Type": f"application/{'merge-patch+' if method == 'PATCH' else ''}json"},
    )
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with urllib.request.urlopen(request, context=context, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


look = container_step(name="look", image="k8stui-test/busybox:1", command=("sh", "-c", f"! ls {FOLDER}"))


@pipeline(enable_cache=False)
def prying(namespace: str, secret: str, record: str) -> None:
    look(after=pry(namespace, secret, record))
