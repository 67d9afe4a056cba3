"""A tree over a plain list of nodes, with columns to the right of it: a run's steps with their states and times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Any, ClassVar, cast

from rich.cells import cell_len

from k8stui_tui.keys import bindings
from k8stui_tui.theme.roles import role_of
from k8stui_tui.widgets.branches import GROUP_PREFIX, Branch, Folding, Node, branches
from k8stui_tui.widgets.cells import fitted, shown_width
from k8stui_tui.widgets.columns import GAP, Column, fit, natural
from k8stui_tui.widgets.lines import Piece
from k8stui_tui.widgets.picking import Keyed, PickView

__all__ = ["LineTree", "Node"]


_LEAST_LABEL = 12
"""Columns that a name keeps when its branches take more room than there is."""


_SIGN = 2
"""Columns of the sign of what can be folded."""


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
    ) -> None:
        """Make an empty tree.

        Args:
            columns: The first is the tree itself, the others are the cells of the nodes.
            empty: What is said when there are no nodes, see `set_empty`.
            most_siblings: So many are shown before the quiet ones become one line.
            id: For queries.
        """
        super().__init__(empty=empty, id=id)
        self._columns = tuple(columns)
        self._given: Sequence[Node] = ()
        self._lines: list[Branch] = []
        self._places: dict[str, int] = {}
        self._natural = [natural(column, 0) for column in self._columns]
        self._widths = [0] * len(self._columns)
        self._room = -1
        self._most = most_siblings
        self._plain = False
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
        if nodes is self._given or nodes == self._given:
            return
        before, self._given = self._given, nodes
        if not self._patch(before, nodes):
            self._arrange()

    def reset(self) -> None:
        """Forget all: another tree is going to be shown, from its top and with nothing folded."""
        self._folded.clear()
        self._opened.clear()
        self._room = -1
        self.update_nodes(())
        self.let_go()

    def set_folded(self, key: str, *, folded: bool) -> None:
        """Fold or unfold a node or a group."""
        group = key.startswith(GROUP_PREFIX)
        target = self._opened if group else self._folded
        (target.add if folded is not group else target.discard)(key)
        self._arrange()

    def reveal(self, key: str) -> None:
        """Unfold what hides a node, and take it out of its group."""
        place = next((place for place, node in enumerate(self._given) if node.key == key), None)
        if place is None or key in self._places:
            return
        depth = self._given[place].depth
        for node in reversed(self._given[:place]):
            if node.depth < depth:
                depth = node.depth
                self._folded.discard(node.key)
        self._arrange(key)

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
        if was[:2] != now[:2] or was[2]._replace(cells=()) != now[2]._replace(cells=()):
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
        if branch.key.startswith(GROUP_PREFIX):
            # What a group holds may begin further left than the other columns: its label is short.
            label = min(self._widths[0], len(branch.prefix) + _SIGN + shown_width(branch.label.text))
            told = _told(branch, columns - self.GUTTER - GAP - label)
            size = columns - self.GUTTER - GAP - sum(cell_len(text) for text, _ in told)
            found += [*self._label(branch, min(size, self._widths[0])), (" " * GAP, ""), *told]
            return found, self.base_role(look)
        found += [*self._label(branch, self._widths[0]), (" " * GAP, "")]
        for column, size, (text, role) in zip(self._columns[1:], self._widths[1:], branch.cells, strict=True):
            if size:
                shown = fitted(text, size, right=column.right, more=more, tail=column.tail)
                found += [(shown, role), (" " * GAP, "")]
        return found, self.base_role(look)

    def _label(self, branch: Branch, size: int) -> list[Piece]:
        sign = f"{self.glyphs.folded if branch.folded else self.glyphs.unfolded} " if _has_sign(branch) else ""
        # Deep trees: the branches give way before the name does, by whole pieces of two columns.
        name = min(_LEAST_LABEL, len(sign) + shown_width(branch.label.text))
        room = max(0, size - name) // 2 * 2
        prefix = branch.prefix[len(branch.prefix) - room :] if len(branch.prefix) > room else branch.prefix
        room = size - len(prefix) - len(sign)
        told = _told(branch, room - shown_width(branch.label.text) - GAP) if branch.folded else []
        told = [] if branch.key.startswith(GROUP_PREFIX) else told
        label = fitted(branch.label.text, room - sum(cell_len(text) for text, _ in told), more=self.glyphs.more)
        # The sign of what is folded has the colour of the worst that it hides, where there is no room for its word.
        worst = branch.tally[0][0] if branch.tally and branch.folded else ""
        return [(prefix, "dim"), (sign, role_of(worst) or "accent"), (label, branch.label.role), *told]

    def laid_out(self) -> None:
        """The room changed."""
        self._measure(self._lines)
        self.keep_in_sight()

    def heir(self, before: Sequence[Keyed], line: int) -> int:
        """Also: from a line that is hidden now to what hides it."""
        lines = cast("Sequence[Branch]", before)
        parent = lines[line].parent if line < len(lines) and self._hides(lines[line].key) else ""
        for old in range(line - 1, -1, -1):
            if not parent:
                break
            if lines[old].key == parent:
                place = self.line_of(parent)
                if place is not None:
                    return place
                parent = lines[old].parent
        return super().heir(before, line)

    def _hides(self, key: str) -> bool:
        return self.line_of(key) is None and any(node.key == key for node in self._given)

    # Actions, see actions/.

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

    def _arrange(self, wanted: str = "") -> None:
        before = self._lines
        keep = {self._cursor_key, self._lost, wanted, *self.marks} - {""}
        folding = Folding(self._folded, self._opened, keep, self._most)
        self._lines = branches(self._given, folding, self.glyphs)
        self._places = {branch.key: place for place, branch in enumerate(self._lines)}
        siblings = Counter(branch.parent for branch in self._lines)
        self._plain = len(self._lines) == len(self._given) and max(siblings.values(), default=0) <= self._most
        if self._measure(self._lines):
            self._shown = []
        self.keys_changed(before)

    def _patch(self, before: Sequence[Node], nodes: Sequence[Node]) -> bool:
        """Change the lines of nodes that only look different; False when others may have to be shown."""
        if len(before) != len(nodes):
            return False
        changed = [(old, new) for old, new in zip(before, nodes, strict=True) if old is not new]
        if not all(old[:2] == new[:2] and (self._plain or old[4:] == new[4:]) for old, new in changed):
            return False
        lines = []
        for _, node in changed:
            place = self._places.get(node.key)
            if place is not None:
                self._lines[place] = self._lines[place]._replace(label=node.label, cells=node.cells)
                lines.append(self._lines[place])
        if self._measure(lines):
            self.forget()
        else:
            self.sync()
        return True

    def _measure(self, lines: Sequence[Branch]) -> bool:
        """Widths that fit; True when they changed. They grow with the contents and shrink only with the room.

        Args:
            lines: Those that may need more room than before.
        """
        room = self.columns - self.GUTTER
        wanted = list(self._natural) if room == self._room else [natural(column, 0) for column in self._columns]
        for line in lines if room == self._room else self._lines:
            sign = _SIGN if _has_sign(line) else 0
            wanted[0] = max(wanted[0], len(line.prefix) + sign + shown_width(line.label.text))
            if not line.key.startswith(GROUP_PREFIX):
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


def _has_sign(branch: Branch) -> bool:
    return branch.folded or branch.key.startswith(GROUP_PREFIX)


def _told(branch: Branch, room: int) -> list[Piece]:
    """What is hidden, or in an opened group what it holds, by status: as much as there is room for."""
    kept: list[Piece] = []
    for status, number in branch.tally:
        text = f"{fitted(status, shown_width(status))} {number}  "
        room -= cell_len(text)
        if room < 0:
            break
        kept.append((text, role_of(status)))
    return kept
