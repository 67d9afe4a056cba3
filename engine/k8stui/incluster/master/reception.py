"""The master's side of the handover: a small TCP server that takes what steps say of their end and their progress.

Whatever is taken ends its connection: a nonce serves once.
"""

import json
import os
import socket
import threading
from typing import Callable, Dict, Optional

from ..wire.handover import PATH_DONE, PATH_HELLO, PATH_PROGRESS, read_message
from ..wire.progress import Progress
from ..wire.report import Report
from ..wire.signing import same, sign

PORT = 7077
"""Where steps reach the master, so that a NetworkPolicy can name it; another free port when it is taken."""

IDLE = 5.0  # seconds a connection may take for its next message
BACKLOG = 512


class Reception:
    """Listens on the pod's own address.

    Args:
        host: The pod's IP.
        key_of: The key of a pod's step by the pod's name; None for a pod that is not ours.
        taken: Called with the pod's name and its report, from a thread of the server.
        told: Called likewise with its progress; gives the seconds that the step should wait before it tells more.
    """

    def __init__(
        self,
        host: str,
        key_of: Callable[[str], Optional[str]],
        taken: Callable[[str, Report], None],
        told: Callable[[str, Progress], float],
    ) -> None:
        self._key_of = key_of
        self._taken = taken
        self._told = told
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((host, PORT))
        except OSError:
            self._socket.bind((host, 0))
        self._socket.listen(BACKLOG)
        port = self._socket.getsockname()[1]
        self.address = "[%s]:%d" % (host, port) if ":" in host else "%s:%d" % (host, port)

    def start(self) -> None:
        """Take reports from now on, in threads that do not keep the program alive."""
        threading.Thread(target=self._accept, name="reception", daemon=True).start()

    def close(self) -> None:
        """Take no more."""
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                nonce = os.urandom(16).hex()
                while True:
                    first, body = read_message(connection, IDLE)
                    if not first:
                        return
                    path = first.split(" ")[1] if first.count(" ") == 2 else ""
                    answer = self._answer(path, json.loads(body or b"{}"), nonce)
                    text = json.dumps(answer).encode()
                    status = "200 OK" if "why" not in answer else "403 Forbidden"
                    connection.sendall(
                        b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n" % (status.encode(), len(text)) + text
                    )
                    if "taken" in answer:
                        return
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return  # whoever talks like that is none of our runners, or is gone: the pod's status will tell

    def _answer(self, path: str, body: Dict[str, str], nonce: str) -> Dict[str, object]:
        pod, theirs = body["pod"], body["nonce"]
        key = self._key_of(pod)
        if key is None:
            return {"why": "no such pod"}
        if path == PATH_HELLO:
            return {"nonce": nonce, "proof": sign(key, "master", theirs, nonce, pod)}
        if path not in (PATH_DONE, PATH_PROGRESS):
            return {"why": "no such path"}
        if not same(body["mac"], sign(key, "step " + path, theirs, nonce, pod, body["report"])):
            return {"why": "not signed by this step"}
        said = json.loads(body["report"])
        if path == PATH_PROGRESS:
            return {"taken": True, "pause": self._told(pod, Progress.from_json(said))}
        self._taken(pod, Report.from_json(said))
        return {"taken": True}


class Newest:
    """The newest progress of each pod until it is taken: a step that says much fills no queue."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: Dict[str, Progress] = {}

    def put(self, pod: str, progress: Progress) -> bool:
        """Keep it instead of what is waiting; True when nothing was."""
        with self._lock:
            fresh = pod not in self._waiting
            self._waiting[pod] = progress
            return fresh

    def take(self, pod: str) -> Progress:
        """What is waiting; asked once after each `put` that gave True."""
        with self._lock:
            return self._waiting.pop(pod)
