"""How something is done to lines of a table: to which of them, after which question, and what is said of its end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeAlias, TypeVar

from k8stui.model.errors import K8stuiError
from k8stui.model.guards import FEW
from k8stui_tui.screens.asking import typed
from k8stui_tui.screens.confirm import ConfirmScreen
from k8stui_tui.screens.reaching import ReachingScreen

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster

T = TypeVar("T")

AT_A_TIME = 8
"""Things that something is done to at a time."""

Verb: TypeAlias = "Callable[[Cluster, T], Awaitable[Any]]"
Done: TypeAlias = str | Callable[[Sequence[Any]], str]


@dataclass
class _Outcome(Generic[T]):
    """What became of an act."""

    good: list[T] = field(default_factory=list)
    results: list[Any] = field(default_factory=list)
    failed: list[tuple[T, K8stuiError]] = field(default_factory=list)
    late: list[T] = field(default_factory=list)


class ActingScreen(ReachingScreen, Generic[T], inherit_bindings=False):
    """A screen with a table of things that can be acted on: the marked ones, or the one under the cursor."""

    NOUN: ClassVar[str] = ""
    """What one of them is called."""

    # What screens say.

    def find_target(self, key: str) -> T | None:
        """The thing of a row."""
        raise NotImplementedError

    def name_of(self, target: T) -> str:
        """What it is called in sentences."""
        raise NotImplementedError

    def why_not(self, targets: Sequence[T], word: str) -> str:
        """Why nothing can be done to any of these, in a sentence."""
        raise NotImplementedError

    def too_late(self) -> K8stuiError:
        """What is said of one that something was not done to in time."""
        return K8stuiError("Its orchestrator has not obeyed yet.", hint="The request stands.")

    # What they use.

    def targets(self) -> list[T]:
        """The marked ones, or the one under the cursor."""
        return [found for key in self.table.targets if (found := self.find_target(key)) is not None]

    def called(self, targets: Sequence[T]) -> str:
        """Them in a sentence: `run a-b1`, `3 runs`."""
        return f"{self.NOUN} {self.name_of(targets[0])}" if len(targets) == 1 else f"{len(targets)} {self.NOUN}s"

    def at_once(self, targets: Sequence[T], verb: Verb[T], done: Done, word: str) -> None:
        """Do what can be taken back, without a question."""
        if targets:
            self.center.act(self.do(targets, verb, done))
        elif meant := self.targets():
            self.center.tell(self.why_not(meant, word))

    def ask(
        self,
        question: str,
        word: str,
        details: Sequence[str],
        targets: Sequence[T],
        verb: Verb[T],
        done: Done,
        *,
        late: Callable[[Sequence[T]], None] | None = None,
    ) -> None:
        """Ask first.

        Args:
            question: Of the dialog.
            word: What yes does.
            details: Below the question.
            targets: What it is done to.
            verb: Does it to one of them.
            done: What is said of those it was done to, see `do`.
            late: Told which of them did not end in time.
        """

        def answered(answer: str | None) -> None:
            if answer:
                self.center.act(self.do(targets, verb, done, late))

        self.confirm(ConfirmScreen(question, word, details=details), answered, len(targets))

    def confirm(
        self,
        question: ConfirmScreen,
        answered: Callable[[str | None], None],
        count: int,
        namespaces: Iterable[str] | None = None,
    ) -> None:
        """Ask; after a yes for many things, or in a protected place, have their number or its name typed.

        Args:
            question: The dialog.
            answered: Told the answer; an empty one for no.
            count: To how many things it is done.
            namespaces: In which; those of the marked lines, or of the one under the cursor, when None.
        """
        where = frozenset(self.acts_in() if namespaces is None else namespaces)

        def then(answer: str | None) -> None:
            place = self.store.protected(where)
            word = place or (str(count) if count > FEW else "")
            if not answer or not word:
                answered(answer)
                return
            typing = typed(word, protected=bool(place))
            self.center.push_screen(typing, lambda text: answered(answer if text is not None else ""))

        self.center.push_screen(question, then)

    def if_unprotected(self, namespace: str, act: Callable[[], None]) -> None:
        """Do at once what needs no question elsewhere; in a protected place have its name typed first.

        Args:
            namespace: In which it is done; the one that is looked at when it is empty.
            act: Does it.
        """

        def named(text: str | None) -> None:
            if text is not None:
                act()

        if place := self.store.protected([namespace]):
            self.center.push_screen(typed(place, protected=True), named)
        else:
            act()

    async def do(
        self,
        targets: Sequence[T],
        verb: Verb[T],
        done: Done,
        late: Callable[[Sequence[T]], None] | None = None,
    ) -> None:
        """Do something to all of them, a few at a time; what goes wrong is told for each.

        Args:
            targets: What it is done to.
            verb: Does it to one of them.
            done: What is said after the names of those it was done to; or makes the sentence of what `verb` gave.
            late: Told which of them did not end in time; an error is told when None.
        """
        found = await self._do_each(targets, verb)
        if late is None:
            found.failed += [(target, self.too_late()) for target in found.late]
        for target, error in found.failed:
            self.center.tell_error(K8stuiError(f"{self.name_of(target)}: {error.message}", hint=error.hint))
        if found.good:
            self.table.set_marks(())
            self.center.tell(done(found.results) if callable(done) else self._sentence(found.good, done))
        if found.late and late is not None:
            late(found.late)

    async def _do_each(self, targets: Sequence[T], verb: Verb[T]) -> _Outcome[T]:
        cluster = self.cluster()
        gate = asyncio.Semaphore(AT_A_TIME)
        found: _Outcome[T] = _Outcome()

        async def one(target: T) -> None:
            async with gate:
                try:
                    result = await verb(cluster, target)
                except TimeoutError:
                    found.late.append(target)
                except K8stuiError as error:
                    found.failed.append((target, error))
                else:
                    found.good.append(target)
                    found.results.append(result)

        await asyncio.gather(*map(one, targets))
        return found

    def _sentence(self, targets: Sequence[T], done: str) -> str:
        return f"{self.called(targets) if len(targets) > 1 else self.name_of(targets[0])} {done}."


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of text as lines with columns."""
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, wide)).rstrip() for row in rows]
