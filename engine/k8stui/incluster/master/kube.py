"""A small Kubernetes API client for a pod's own service account: standard library only, one connection a thread.

It knows the one thing the master needs beyond HTTP: which answers are worth asking for again. Connection errors,
time-outs, 429 (with its Retry-After) and 5xx are retried with exponential back-off and jitter for as long as the caller
allows; everything else is an answer (`KubeError`).
"""

import http.client
import json
import os
import random
import socket
import ssl
import threading
import time
from typing import Any, Callable, Dict, Iterator, Optional
from urllib.parse import quote, urlencode

from ..wire.variables import ENV_ACCOUNT_DIR, ENV_SCHEME

ACCOUNT_DIR = "/var/run/secrets/kubernetes.io/serviceaccount"
TOKEN_LIFE = 60.0  # seconds a token read from its file is used: the kubelet rotates the file
REQUEST_TIMEOUT = 30.0
FIRST_DELAY, MAX_DELAY = 0.2, 10.0
RIGHTS_PATIENCE = 30.0
"""Seconds after a lost connection in which missing rights are asked for again: a server that starts knows no roles."""
FOREVER = float("inf")
JSON = "application/json"
METADATA_ONLY = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"

Json = Dict[str, Any]


class KubeError(Exception):
    """The API server's answer was no.

    Attributes:
        status: HTTP status.
        reason: Kubernetes' machine-readable reason (`AlreadyExists`, `Forbidden`, …).
        message: Kubernetes' sentence.
        retry_after: Seconds the server asks to wait before another try.
    """

    def __init__(self, status: int, reason: str, message: str, retry_after: float = 0.0) -> None:
        super().__init__("%s %s: %s" % (status, reason, message))
        self.status = status
        self.reason = reason
        self.message = message
        self.retry_after = retry_after

    @property
    def over_quota(self) -> bool:
        """A resource quota is used up for now, or was changed by another creation; room comes when a pod ends."""
        if self.status == 409:
            return "resourcequota" in self.message.lower()
        return self.status == 403 and "exceeded quota" in self.message

    @property
    def why(self) -> str:
        """The sentence without the name of the pod that was to be made, where that is all the difference."""
        return self.message[max(0, self.message.find("exceeded quota")) :] if self.over_quota else self.message

    @property
    def denied(self) -> bool:
        """An admission webhook said no, with whatever code it likes to say it with."""
        return "admission webhook" in self.message and "denied the request" in self.message

    @property
    def webhook_fails(self) -> bool:
        """An admission webhook gives no answer: it may come back in a moment, or not as long as it is registered."""
        return self.status >= 500 and "failed calling webhook" in self.message

    @property
    def lacks_rights(self) -> bool:
        """The account's roles do not allow it, or are not known yet to a server that has just started."""
        return self.status == 403 and '" cannot ' in self.message

    @property
    def worth_asking_again(self) -> bool:
        """Whether the same request may get another answer in a moment."""
        return not self.denied and (self.status in (408, 429) or self.status >= 500)

    @property
    def passing(self) -> bool:
        """True when the same request may succeed later, without anybody changing it."""
        if self.status in (403, 409):
            return self.over_quota or "error looking up service account" in self.message
        return self.status == 0 or self.worth_asking_again


class Kube:
    """The API of one namespace.

    Args:
        namespace: Where all paths without a namespace point.
        on_retry: Told of each retry with a sentence, so that waiting is never silent.
    """

    def __init__(self, namespace: str, on_retry: Callable[[str], None] = lambda _: None) -> None:
        self.namespace = namespace
        self._on_retry = on_retry
        self._folder = os.environ.get(ENV_ACCOUNT_DIR, ACCOUNT_DIR)
        self._host = os.environ["KUBERNETES_SERVICE_HOST"]
        self._port = int(os.environ.get("KUBERNETES_SERVICE_PORT", "443"))
        self._tls: Optional[ssl.SSLContext] = None
        if os.environ.get(ENV_SCHEME, "https") == "https":
            self._tls = ssl.create_default_context(cafile=os.path.join(self._folder, "ca.crt"))
        self._local = threading.local()
        self._token = ""
        self._token_read = -TOKEN_LIFE
        self._lost = -RIGHTS_PATIENCE  # when a connection was last lost

    def path(self, plural: str, name: str = "", subresource: str = "") -> str:
        """The path of a collection, an object or its subresource; Jobs are in `batch/v1`, the rest in `v1`."""
        root = "/apis/batch/v1" if plural == "jobs" else "/api/v1"
        parts = [root, "namespaces", self.namespace, plural] + [part for part in (name, subresource) if part]
        return "/".join(parts)

    def get(self, plural: str, name: str) -> Json:
        """The object."""
        return self.call("GET", self.path(plural, name))

    def create(
        self, plural: str, body: Json, webhook_patience: float = FOREVER, settled: Callable[[], bool] = lambda: False
    ) -> Json:
        """The object as made, a pod's metadata. Unknown outcomes are tried again: `AlreadyExists` may be ours."""
        accept = METADATA_ONLY if plural == "pods" else JSON
        return self.call(
            "POST", self.path(plural), body, webhook_patience=webhook_patience, settled=settled, accept=accept
        )

    def patch(self, plural: str, name: str, body: Json) -> Json:
        """The object's metadata after a merge patch."""
        return self.call("PATCH", self.path(plural, name), body, accept=METADATA_ONLY)

    def delete(self, plural: str, name: str, uid: str = "", grace: Optional[int] = None) -> None:
        """Delete; an object that is gone, or replaced by another one of the name, is fine."""
        body: Json = {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background"}
        if uid:
            body["preconditions"] = {"uid": uid}
        if grace is not None:
            body["gracePeriodSeconds"] = grace
        try:
            self.call("DELETE", self.path(plural, name), body)
        except KubeError as error:
            if error.status not in (404, 409):
                raise

    def pages(self, plural: str, labels: str, fields: str = "", limit: int = 500) -> Iterator[Json]:
        """The pages of a list as they come: `{"items": […], "metadata": …}`; nobody needs room for all of it."""
        token = ""
        while True:
            query = {"labelSelector": labels, "fieldSelector": fields, "limit": str(limit), "continue": token}
            page = self.call("GET", self.path(plural), query={key: value for key, value in query.items() if value})
            page["items"] = page.get("items") or []
            token = page["metadata"].get("continue") or ""
            yield page
            if not token:
                return

    def call(
        self,
        method: str,
        path: str,
        body: Optional[Json] = None,
        query: Optional[Dict[str, str]] = None,
        webhook_patience: float = FOREVER,
        settled: Callable[[], bool] = lambda: False,
        accept: str = JSON,
    ) -> Json:
        """One request, retried while the failure is a passing one.

        Args:
            method: HTTP method.
            path: Absolute path.
            body: JSON body.
            query: Query parameters.
            webhook_patience: Seconds after which the failure of an admission webhook is raised instead of retried.
            settled: Asked before each further try; when it is true, the failure is raised instead.
            accept: Media type, such as the one for metadata only.

        Raises:
            KubeError: A final answer, that a webhook still fails, or a passing failure of what is settled by now.
        """
        began = time.monotonic()
        delay = FIRST_DELAY
        fresh = False
        while True:
            try:
                answer: Json = json.loads(self._send(method, path, body, query, fresh, accept).read())
            except KubeError as error:
                if error.status == 401 and time.monotonic() - self._token_read > 1:
                    self._token_read = -TOKEN_LIFE  # rotated before its time: read it again
                elif error.lacks_rights and time.monotonic() - self._lost < RIGHTS_PATIENCE:
                    pass
                elif (
                    not error.worth_asking_again or error.webhook_fails and time.monotonic() - began > webhook_patience
                ):
                    raise
                problem, wait = error, error.retry_after
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.close()
                self._lost = time.monotonic()
                problem, wait = KubeError(0, "NoAnswer", "%s: %s" % (type(error).__name__, error)), 0.0
                if not (fresh or settled()) and isinstance(error, (http.client.RemoteDisconnected, ConnectionError)):
                    fresh = True  # the server closed an idle connection: that is no failure yet
                    continue
            else:
                return answer
            wait = max(wait, delay * random.uniform(0.5, 1.0))  # noqa: S311  # jitter, not a secret
            self._on_retry("%s %s: %s; trying again in %.1f s" % (method, path, problem, wait))
            time.sleep(wait)
            if settled():
                raise problem
            delay = min(delay * 2, MAX_DELAY)

    def stream(self, path: str, query: Dict[str, str], timeout: float, accept: str = JSON) -> Iterator[bytes]:
        """The lines of an answer that goes on, such as a watch or a log that is followed.

        Args:
            path: Absolute path.
            query: Query parameters.
            timeout: Seconds of silence after which `OSError` is raised.
            accept: Media type, such as the one for metadata only.

        Raises:
            KubeError: The request was refused.
            OSError: The connection broke or was silent for too long.
        """
        connection = None
        try:
            connection = self._connect(timeout)
            response = self._exchange(connection, "GET", path, None, query, accept)
            while True:
                line = response.readline()
                if not line:
                    return
                yield line
        except (OSError, http.client.HTTPException) as error:
            self._lost = time.monotonic()
            if isinstance(error, OSError):
                raise
            raise ConnectionError(str(error)) from error
        finally:
            if connection is not None:
                connection.close()

    def close(self) -> None:
        """Close this thread's connection."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    def _send(
        self, method: str, path: str, body: Optional[Json], query: Optional[Dict[str, str]], fresh: bool, accept: str
    ) -> http.client.HTTPResponse:
        connection = getattr(self._local, "connection", None)
        if connection is None or fresh:
            connection = self._local.connection = self._connect(REQUEST_TIMEOUT)
        return self._exchange(connection, method, path, body, query, accept)

    def _connect(self, timeout: float) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection
        if self._tls is None:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=timeout)
        else:
            connection = http.client.HTTPSConnection(self._host, self._port, timeout=timeout, context=self._tls)
        connection.connect()
        sock = connection.sock
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in (("TCP_KEEPIDLE", 15), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3)):
            if hasattr(socket, name):
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        return connection

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: Optional[Json],
        query: Optional[Dict[str, str]],
        accept: str,
    ) -> http.client.HTTPResponse:
        headers = {
            "Accept": accept,
            "Authorization": "Bearer " + self._bearer(),
            "User-Agent": "k8stui-master",
        }
        if body is not None:
            patch = method == "PATCH"
            headers["Content-Type"] = "application/merge-patch+json" if patch else "application/json"
        target = quote(path) + ("?" + urlencode(query) if query else "")
        text = None if body is None else json.dumps(body, separators=(",", ":")).encode()
        connection.request(method, target, text, headers)
        response = connection.getresponse()
        if response.status >= 400:
            raise _refusal(response)
        return response

    def _bearer(self) -> str:
        now = time.monotonic()
        if now - self._token_read > TOKEN_LIFE:
            with open(os.path.join(self._folder, "token"), encoding="ascii") as file:
                self._token = file.read().strip()
            self._token_read = now
        return self._token


def _refusal(response: http.client.HTTPResponse) -> KubeError:
    text = response.read().decode("utf-8", "replace")
    after = response.headers.get("Retry-After", "")
    wait = float(after) if after.isdigit() else 0.0
    try:
        status = json.loads(text)
        return KubeError(response.status, status.get("reason") or "", status.get("message") or "", wait)
    except (ValueError, AttributeError):
        return KubeError(response.status, response.reason, text[:500], wait)
