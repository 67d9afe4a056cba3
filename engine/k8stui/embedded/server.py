"""The HTTP server: authentication, authorization and dispatch, on loopback with TLS."""

from __future__ import annotations

import logging
import ssl
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from k8stui.embedded.certificates import ServingIdentity
from k8stui.embedded.discovery import discover, version
from k8stui.embedded.failures import ApiError, unauthorized
from k8stui.embedded.identity import Tokens, User
from k8stui.embedded.openapi import ROOT, document
from k8stui.embedded.rbac import Authorizer, refusal
from k8stui.embedded.reviews import answer as answer_review
from k8stui.embedded.routes import Route
from k8stui.embedded.routes import route as parse_route
from k8stui.embedded.subresources import Subresources
from k8stui.embedded.verbs import Verbs, json_answer, read_object

_log = logging.getLogger(__name__)

HOST = "127.0.0.1"
"""Where the server listens: never on a network."""

LARGEST_BODY = 8 * 1024 * 1024
"""Bytes of a request; etcd would take no more than 1.5 MiB of an object."""

_OPEN = ("/healthz", "/livez", "/readyz", "/version")


@dataclass(frozen=True)
class Parts:
    """What answers requests."""

    tokens: Tokens
    authorizer: Authorizer
    verbs: Verbs
    subresources: Subresources


class Server:
    """Serves the API of one cluster."""

    def __init__(self, parts: Parts, identity: ServingIdentity) -> None:
        self._parts, self._identity = parts, identity
        self._runner: web.AppRunner | None = None
        self._context: ssl.SSLContext | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"https://{HOST}:{self.port}"

    async def start(self, folder: Path) -> None:
        """Listen on a free port; the key passes through a file in `folder`, where only the owner can read it."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_route("*", "/{path:.*}", self._handle)
        # Cancelling handlers of clients that went away is what ends their watches and followed logs.
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1.0)
        await self._runner.setup()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        _load(self._context, self._identity, folder)
        site = web.TCPSite(self._runner, HOST, 0, ssl_context=self._context)
        await site.start()
        self.port = int(self._runner.addresses[0][1])

    def change_identity(self, identity: ServingIdentity, folder: Path) -> None:
        """Show another certificate from now on, and end all connections, as a server that is started again with one."""
        if self._context is None or self._runner is None or self._runner.server is None:
            raise RuntimeError("the server does not run")
        _load(self._context, identity, folder)
        for connection in self._runner.server.connections:
            connection.force_close()

    async def stop(self) -> None:
        """Stop listening and end all connections."""
        if self._runner:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        try:
            return await self._answer(request)
        except ApiError as error:
            response = json_answer(error.status(), code=error.code)
            if error.retry_after is not None:
                response.headers["Retry-After"] = str(error.retry_after)
            return response
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # Objects are not typed here, so one with a wrong shape shows where it is first used.
            _log.warning("%s %s", request.method, request.path, exc_info=True)
            message = f"the object cannot be handled, a field has the wrong type: {error!r}"
            return json_answer(ApiError(400, "BadRequest", message).status(), code=400)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.path
        if path.startswith(_OPEN):
            return json_answer(version()) if path == "/version" else web.Response(text="ok")
        user = self._authenticate(request)
        if path.startswith(ROOT) and request.method == "GET":
            return json_answer(document(path))
        if path.strip("/").count("/") <= 2 and request.method == "GET":
            try:
                return json_answer(discover(path, f"{HOST}:{self.port}"))
            except ApiError:
                if path.strip("/").split("/")[0] not in ("api", "apis"):
                    raise
        found = parse_route(request.method, path, request.query)
        self._authorize(user, found)
        if not found.kind.stored:
            review = answer_review(found.kind, await read_object(request), user, self._parts.authorizer)
            return json_answer(review, code=201)
        if found.subresource not in ("", "status"):
            return await self._parts.subresources.answer(request, found)
        return await self._parts.verbs.answer(request, found)

    def _authenticate(self, request: web.Request) -> User:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        user = self._parts.tokens.user_of(token.strip()) if scheme.lower() == "bearer" else None
        if user is None:
            raise unauthorized()
        return user

    def _authorize(self, user: User, found: Route) -> None:
        if not self._parts.authorizer.allows(user, found.attempt):
            raise refusal(user, found.attempt, found.kind)


def _load(context: ssl.SSLContext, identity: ServingIdentity, folder: Path) -> None:
    chain = folder / "serving.pem"
    chain.touch(mode=0o600)
    try:
        chain.write_text(identity.certificate + identity.key, encoding="ascii")
        context.load_cert_chain(chain)
    finally:
        chain.unlink()
