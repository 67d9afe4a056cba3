"""A tree over a plain list of nodes, with columns to the right of it: a run's steps with their states and times."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, ClassVar, cast

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from k8stui_tui.keys import bindings
from k8stui_tui.theme.roles import role_of
from k8stui_tui.widgets.branches import GROUP_PREFIX, Branch, Folding, Node, branches
from k8stui_tui.widgets.cells import fitted, shown_width
from k8stui_tui.widgets.columns import GAP, Column, fit, natural
from k8stui_tui.widgets.lines import Piece
from k8stui_tui.widgets.picking import PickView

__all__ = ["LineTree", "Node"]


class LineTree(PickView, inherit_bindings=False):
    """Nodes with branches, folding, and groups for many siblings."""

    SCOPES: ClassVar[tuple[str, ...]] = ("list", "tree")
    BINDINGS = bindings("list", "tree")

    head_lines = 1

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        empty: str = "Nothing here.",
        most_siblings: int = 12,
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        """Make an empty tree.

        Args:
            columns: The first is the tree itself, the others are the cells of the nodes.
            empty: What is said when there are no nodes.
            most_siblings: So many are shown before the quiet ones become one line.
            id: For queries.
            classes: For the stylesheet.
        """
        super().__init__(id=id, classes=classes)
        self._columns = tuple(columns)
        self._given: Sequence[Node] = ()
        self._lines: list[Branch] = []
        self._places: dict[str, int] = {}
        self._natural = [natural(column, 0) for column in self._columns]
        self._widths = [0] * len(self._columns)
        self._room = -1
        self._empty = empty
        self._most = most_siblings
        self._folded: set[str] = set()
        self._opened: set[str] = set()

    # What screens use.

    @property
    def lines(self) -> Sequence[Branch]:
        """The lines as they are shown."""
        return self._lines

    def update_nodes(self, nodes: Sequence[Node]) -> None:
        """Show these nodes; only what differs from the ones before is drawn and sent.

        Args:
            nodes: In the order they are drawn, children after their parent. Keys are unique.
        """
        if nodes != self._given:
            self._given = nodes
            self._arrange()

    def set_empty(self, text: str) -> None:
        """What is said when there are no nodes; lines are separated by line breaks."""
        if text != self._empty:
            self._empty = text
            if not self._lines:
                self.refresh()

    def reset(self) -> None:
        """Forget what was folded and the widths seen: another tree is going to be shown."""
        self._folded.clear()
        self._opened.clear()
        self._room = -1
        self.set_marks(())
        self._cursor = 0

    def set_folded(self, key: str, *, folded: bool) -> None:
        """Fold or unfold a node or a group."""
        group = key.startswith(GROUP_PREFIX)
        target = self._opened if group else self._folded
        (target.add if folded is not group else target.discard)(key)
        self._arrange()

    # For the bases.

    @property
    def line_count(self) -> int:
        """How many lines are shown."""
        return len(self._lines)

    def key_at(self, line: int) -> str:
        """The key of a line."""
        return self._lines[line].key

    def line_of(self, key: str) -> int | None:
        """Where a key is shown; None when it is hidden."""
        return self._places.get(key)

    def can_mark(self, line: int) -> bool:
        """Groups can't be marked."""
        return not self._lines[line].key.startswith(GROUP_PREFIX)

    def signature(self, line: int) -> Hashable:
        """What decides how a line looks."""
        if line < 0:
            return "head"
        branch = self._lines[line]
        return (*self._signature_base(line, branch.key), branch)

    def changed_span(self, old: Hashable, new: Hashable) -> tuple[int, int]:
        """Only the cells that differ, when nothing else does."""
        was, now = cast("tuple[Any, ...]", old), cast("tuple[Any, ...]", new)
        if was[:2] != now[:2] or was[2]._replace(cells=()) != now[2]._replace(cells=()) or now[2].tally:
            return 0, self.columns
        first, end, x = -1, 0, self.GUTTER + self._widths[0] + GAP
        for size, before, after in zip(self._widths[1:], was[2].cells, now[2].cells, strict=True):
            if size:
                if before != after:
                    first = x if first < 0 else first
                    end = x + size
                x += size + GAP
        return (first, end - first) if first >= 0 else (0, 0)

    def pieces(self, line: int, columns: int) -> tuple[list[Piece], str]:
        """A line or the head."""
        more = self.glyphs.more
        if line < 0:
            found: list[Piece] = [(" " * self.GUTTER, "")]
            for column, size in zip(self._columns, self._widths, strict=True):
                if size:
                    found += [(fitted(column.title, size, right=column.right, more=more), "title"), (" " * GAP, "")]
            return found, ""
        branch = self._lines[line]
        look = self.look(line)
        found = self.lead(look, marked=self.marked(branch.key))
        found += self._label(branch)
        if branch.tally:
            found += self._told(branch, columns - self.GUTTER - self._widths[0] - GAP)
            return found, self.base_role(look)
        for column, size, (text, role) in zip(self._columns[1:], self._widths[1:], branch.cells, strict=True):
            if size:
                found += [(fitted(text, size, right=column.right, more=more), role), (" " * GAP, "")]
        return found, self.base_role(look)

    def _label(self, branch: Branch) -> list[Piece]:
        size = self._widths[0]
        # Deep trees: the branches give way before the name does.
        prefix = branch.prefix[-max(0, size - 12) :] if len(branch.prefix) > size - 12 else branch.prefix
        sign = f"{self.glyphs.folded if branch.folded else self.glyphs.unfolded} " if self._has_sign(branch) else ""
        label = fitted(branch.label.text, size - len(prefix) - len(sign), more=self.glyphs.more)
        return [(prefix, "dim"), (sign, "accent"), (label, branch.label.role), (" " * GAP, "")]

    @staticmethod
    def _has_sign(branch: Branch) -> bool:
        return branch.folded or branch.key.startswith(GROUP_PREFIX)

    def _told(self, branch: Branch, room: int) -> list[Piece]:
        """What is hidden, or in an opened group what it holds, by status."""
        found: list[Piece] = []
        if branch.folded and not branch.key.startswith(GROUP_PREFIX):
            found.append((f"{branch.hidden} below  ", "dim"))
        for status, number in branch.tally:
            found.append((f"{fitted(status, shown_width(status))} {number}  ", role_of(status)))
        used, kept = 0, []
        for text, role in found:
            used += len(text)
            if used > room:
                break
            kept.append((text, role))
        return kept

    def render_rest(self, below: int, columns: int, base: Style) -> Strip:
        """Below the last line: what an empty tree has to say."""
        lines = self._empty.split("\n") if not self._lines else []
        if 0 < below <= len(lines):
            text = fitted("  " + lines[below - 1], columns, more=self.glyphs.more)
            return Strip([Segment(text, base + self.style_of("dim"))])
        return Strip.blank(columns, base)

    def laid_out(self) -> None:
        """The room changed."""
        self._measure()
        if self._lines and self.top <= self._cursor:
            self.show_line(self._cursor)

    # Actions, see commands.py.

    def action_select(self) -> None:
        """Open the node; a group folds and unfolds."""
        if self._lines and self._cursor_key.startswith(GROUP_PREFIX):
            self.set_folded(self._cursor_key, folded=self._cursor_key in self._opened)
        else:
            super().action_select()

    def action_fold(self) -> None:
        """Fold, or go to the parent where there is nothing to fold."""
        if not self._lines:
            return
        branch = self._lines[self._cursor]
        if branch.can_fold and not branch.folded:
            self.set_folded(branch.key, folded=True)
        elif branch.parent:
            self.go_to(branch.parent)

    def action_unfold(self) -> None:
        """Unfold, or go to the first child where nothing is folded."""
        if not self._lines:
            return
        branch = self._lines[self._cursor]
        if branch.folded:
            self.set_folded(branch.key, folded=False)
        elif branch.can_fold:
            self._move(self._cursor + 1)

    def _arrange(self) -> None:
        keep = {self._cursor_key, *self.marks} - {""}
        folding = Folding(self._folded, self._opened, keep, self._most)
        self._lines = branches(self._given, folding, self.glyphs)
        self._places = {branch.key: place for place, branch in enumerate(self._lines)}
        if self._measure():
            self._shown = []
        self.keys_changed()

    def _measure(self) -> bool:
        """Widths that fit; True when they changed. They grow with the contents and shrink only with the room."""
        room = self.columns - self.GUTTER
        wanted = list(self._natural) if room == self._room else [natural(column, 0) for column in self._columns]
        for line in self._lines:
            sign = 2 if self._has_sign(line) else 0
            wanted[0] = max(wanted[0], len(line.prefix) + sign + shown_width(line.label.text))
            if not line.tally:
                for index, cell in enumerate(line.cells, start=1):
                    wanted[index] = max(wanted[index], shown_width(cell.text))
        wanted = [
            min(size, column.most) if column.most else size for column, size in zip(self._columns, wanted, strict=True)
        ]
        if room == self._room and wanted == self._natural:
            return False
        self._natural, self._room = wanted, room
        before = self._widths
        self._widths = fit(self._columns, wanted, room) if room > 0 else [0] * len(wanted)
        return before != self._widths
