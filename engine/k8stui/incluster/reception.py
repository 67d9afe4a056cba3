"""The master's side of the handover: a small TCP server that takes signed reports of steps."""

import json
import os
import socket
import threading
from typing import Callable, Dict, Optional

from .handover import PATH_DONE, PATH_HELLO, read_message, same, sign
from .report import Report

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
    """

    def __init__(self, host: str, key_of: Callable[[str], Optional[str]], taken: Callable[[str, Report], None]) -> None:
        self._key_of = key_of
        self._taken = taken
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
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return  # whoever talks like that is none of our runners, or is gone: the pod's status will tell

    def _answer(self, path: str, body: Dict[str, str], nonce: str) -> Dict[str, object]:
        pod, theirs = body["pod"], body["nonce"]
        key = self._key_of(pod)
        if key is None:
            return {"why": "no such pod"}
        if path == PATH_HELLO:
            return {"nonce": nonce, "proof": sign(key, "master", theirs, nonce, pod)}
        if path == PATH_DONE and same(body["mac"], sign(key, "step", theirs, nonce, pod, body["report"])):
            self._taken(pod, Report.from_json(json.loads(body["report"])))
            return {"taken": True}
        return {"why": "not signed by this step"}
