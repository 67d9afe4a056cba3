"""Every request of the control center passes here: limits, the audit log, the retry policy, answers as errors.

Writes go through one method, `Requests.write`, so that what must hold for every write is said once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from functools import partial
from typing import TypeAlias, TypeVar

from k8stui.cluster import retry
from k8stui.cluster.audit import NO_TRAIL, Trail
from k8stui.cluster.credentials import Secret
from k8stui.cluster.errors import Status, error_of, read_status
from k8stui.cluster.guard import UNLIMITED, Guard
from k8stui.cluster.noting import Notes
from k8stui.cluster.request import Request
from k8stui.cluster.resources import JsonObject
from k8stui.cluster.reviews import whoami
from k8stui.cluster.subject import Where
from k8stui.cluster.transport_types import Answer, LostError, Sender, Socket, SocketAnswer, StreamAnswer
from k8stui.cluster.turns import Turns
from k8stui.model.errors import K8stuiError, UnreachableError
from k8stui.model.shapes import parsed

Settled: TypeAlias = Callable[[Status], Awaitable[JsonObject | None]]
"""Asked when a repeated write is refused: the object if the first, lost attempt had succeeded, else None."""

Opened = TypeVar("Opened", StreamAnswer, SocketAnswer)


class Requests:
    """Sends requests with the one retry policy."""

    def __init__(
        self,
        transport: Sender,
        *,
        guard: Guard = UNLIMITED,
        trail: Trail = NO_TRAIL,
        policy: retry.Policy | None = None,
        clock: retry.Clock | None = None,
    ) -> None:
        self.where = transport.where
        self.guard = guard
        self.notes = Notes(self.where, guard, trail, partial(whoami, self))
        self.clock = clock or retry.Clock()
        self._transport = transport
        self._policy = policy or retry.Policy()
        self._had_contact = False
        self.turns = Turns()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._transport.aclose()

    def tell(self, told: Callable[[str], None]) -> None:
        """Tell of a login that is taken up anew, in a sentence."""
        self._transport.tell(told)

    async def read(self, request: Request, *, policy: retry.Policy | None = None) -> JsonObject:
        """A request that changes nothing: reads, and reviews, which are POSTs that store no object."""
        return parse(await self.fetch(request, policy=policy), self.where)

    async def fetch(self, request: Request, *, policy: retry.Policy | None = None) -> Answer:
        """The same, with the answer as it came."""
        answer = await self._repeat(request, policy=policy or self._policy)
        if isinstance(answer, Answer):
            return answer
        raise AssertionError("only what changes something is settled otherwise")

    async def write(
        self,
        request: Request,
        *,
        dry_run: bool,
        settled: Settled | None = None,
        wait_quota: bool = False,
        on_wait: Callable[[str], None] | None = None,
    ) -> JsonObject:
        """A request that changes something; the only door for those.

        Args:
            request: The request, which says `dryRun` itself where that is wanted.
            dry_run: Have the server check everything and store nothing; allowed in read-only mode.
            settled: See `Settled`.
            wait_quota: Wait while a used-up quota or a service account not yet there refuses the request.
            on_wait: Told why, each time.

        Raises:
            LimitedError: The limits do not let it; nothing was sent.
        """
        async with nullcontext() if dry_run else self.notes.noted(request):
            answer = await self._repeat(
                request, policy=self._policy, settled=settled, may_wait=wait_quota, on_wait=on_wait
            )
            return parse(answer, self.where) if isinstance(answer, Answer) else answer

    @asynccontextmanager
    async def stream(
        self, request: Request, *, silence: float | None = None, repeat: bool = True
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open a stream and give its chunks.

        Args:
            request: The request.
            silence: Seconds without a byte after which the stream counts as lost; None for never.
            repeat: Whether opening is tried again; what breaks later is the caller's matter in any case.

        Raises:
            K8stuiError: It could not be opened; or broke off, while iterating.
        """
        async with AsyncExitStack() as opened:
            call = request.call()
            answer = await self._open(
                request, opened, lambda: self._transport.stream(call, silence=silence), 200, repeat=repeat
            )
            try:
                yield answer.chunks
            except LostError as lost:
                raise lost.error from lost

    @asynccontextmanager
    async def socket(self, request: Request, protocols: Sequence[str]) -> AsyncIterator[Socket]:
        """Open a websocket into a pod; whoever has one can change something there, so it counts as a write.

        Args:
            request: The request.
            protocols: Subprotocols, the best first.

        Raises:
            LimitedError: The limits do not let it; nothing was sent.
            K8stuiError: It could not be opened; or broke off, while it was used.
        """
        async with self.notes.noted(request) as is_open, AsyncExitStack() as opened:
            call = request.call()
            answer = await self._open(
                request, opened, lambda: self._transport.socket(call, protocols), 101, repeat=True
            )
            if answer.socket is None:
                raise UnreachableError(f"{self.where} opened no websocket to {request.what}.")
            is_open()
            try:
                yield answer.socket
            except LostError as lost:
                raise lost.error from lost

    async def _open(
        self,
        request: Request,
        opened: AsyncExitStack,
        ask: Callable[[], AbstractAsyncContextManager[Opened]],
        good: int,
        *,
        repeat: bool,
    ) -> Opened:
        self.guard.admit(request)
        budget = self._budget(self._policy if repeat else retry.NO_RETRY)
        while True:
            try:
                answer = await opened.enter_async_context(ask())
                self._had_contact = True
                if answer.status == good:
                    return answer
                refusal = read_status(answer.status, await answer.body(), answer.headers)
                await opened.aclose()
                decision = await self._decide(refusal, answer.secret)
                error = error_of(refusal, request.what, self.where)
            except LostError as lost:
                decision, error = _decide_lost(lost), lost.error
            await self._pause(budget, decision, error, may_wait=False, on_wait=None)

    async def _repeat(
        self,
        request: Request,
        *,
        policy: retry.Policy,
        settled: Settled | None = None,
        may_wait: bool = False,
        on_wait: Callable[[str], None] | None = None,
    ) -> Answer | JsonObject:
        self.guard.admit(request)
        budget = self._budget(policy)
        unknown = False
        call = request.call()
        error: K8stuiError
        while True:
            try:
                answer = await self._transport.send(call)
            except LostError as lost:
                unknown = unknown or lost.maybe_sent
                decision, error = _decide_lost(lost), lost.error
            else:
                self._had_contact = True
                if 200 <= answer.status < 300:
                    return answer
                refusal = read_status(answer.status, answer.body, answer.headers)
                if unknown and settled and 400 <= answer.status < 500:
                    found = await settled(refusal)
                    if found is not None:
                        return found
                decision = await self._decide(refusal, answer.secret)
                error = error_of(refusal, request.what, self.where)
                unknown = unknown or answer.status >= 500
            if unknown and not request.repeatable:
                raise UnreachableError(
                    f"{error.message} Whether it was done is unknown, and repeating it could do it twice.",
                    hint="Look before you repeat it.",
                ) from error
            await self._pause(budget, decision, error, may_wait=may_wait, on_wait=on_wait)

    def _budget(self, policy: retry.Policy) -> retry.Budget:
        return retry.Budget(policy, self.clock.rng, started=self.clock.now())

    async def _decide(self, refusal: Status, secret: Secret) -> retry.Decision:
        decision = retry.classify(refusal.code, refusal.reason, refusal.message, after=refusal.retry_after)
        if isinstance(decision, retry.Reauthenticate):
            self.notes.forget_user()
            if not await self._transport.reauthenticate(secret):
                return retry.Final()
        return decision

    async def _pause(
        self,
        budget: retry.Budget,
        decision: retry.Decision,
        error: K8stuiError,
        *,
        may_wait: bool,
        on_wait: Callable[[str], None] | None,
    ) -> None:
        pause = budget.pause(decision, now=self.clock.now(), may_wait=may_wait, had_contact=self._had_contact)
        if pause is None:
            raise error
        if isinstance(decision, retry.Wait) and on_wait:
            on_wait(decision.why)
        await self.clock.sleep(pause)


def _decide_lost(lost: LostError) -> retry.Decision:
    return retry.Final() if lost.final else retry.Retry()


def parse(answer: Answer, where: Where) -> JsonObject:
    """The object in an answer.

    Raises:
        UnreachableError: There is none.
    """
    try:
        found = parsed(answer.body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        kind = answer.headers.get("Content-Type", "no content type")
        raise UnreachableError(
            f"The server of {where} answered with something else than JSON ({kind}).",
            hint="Is the server's URL that of a Kubernetes API server, or is a login page of a proxy in between?",
        )
    return found
