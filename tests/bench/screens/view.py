"""What stands where on the Runs screen of `k8stui`, read off its lines as a person would."""

from __future__ import annotations

from collections.abc import Sequence

from k8stui_tui.theme.glyphs import UNICODE

Lines = Sequence[str]

COLUMNS, ROWS = 120, 40
"""The terminal that measurements are made on."""

PANES = ("RUNS", "STEPS", "LOGS")


def painted(lines: Lines) -> bool:
    """Whether the whole screen is there: status line, the three panes, the footer."""
    return all(word in "\n".join(lines) for word in ("k8stui", *PANES)) and "help" in lines[-1]


def live(lines: Lines) -> bool:
    """Whether the runs are listed and watched."""
    return lines[0].rstrip().endswith("live")


def row_at_cursor(lines: Lines) -> str:
    """The row under the cursor of a table at the left; empty for none."""
    return _at_cursor(lines, 0)


def run_at_cursor(lines: Lines) -> str:
    """Name of the run under the cursor of the table; empty for none."""
    return _word(_at_cursor(lines, 0), 1)


def step_at_cursor(lines: Lines) -> str:
    """The step under the cursor of the tree with its branches and its sign; empty for none."""
    return _at_cursor(lines, _tree_begins(lines)).strip().partition("  ")[0]


def status_of_run(lines: Lines, run: str) -> str:
    """The status in the row of a run; empty when it is not visible."""
    return next((_word(line[2:], 0) for line in lines[2:] if run in line[:46]), "")


def status_of_step(lines: Lines, step: str) -> str:
    """The status in the row of a step; empty when it is not visible."""
    begins = _tree_begins(lines)
    rows = (line[begins:].split() for line in lines[3:])
    return next((words[words.index(step) + 1] for words in rows if step in words[:-1]), "")


def first_log_line(lines: Lines) -> str:
    """The first line of the log that is visible."""
    title = log_title(lines)
    return lines[lines.index(title) + 1] if title else ""


def log_title(lines: Lines) -> str:
    """What stands above the log."""
    return next((line for line in lines if line[1:].lstrip().startswith("LOGS")), "")


def active_pane(lines: Lines) -> str:
    """The pane that has the focus."""
    marked = (line.split(UNICODE.cursor, 1)[1] for line in lines if UNICODE.cursor in line)
    return next((word for text in marked for word in PANES if text.lstrip().startswith(word)), "")


def prompt(lines: Lines) -> str:
    """The line where a filter or a command is typed."""
    return lines[-2]


def _tree_begins(lines: Lines) -> int:
    return next((line.index("STEP ") for line in lines if "STEP " in line and "STATUS" in line), COLUMNS + 2) - 2


def _at_cursor(lines: Lines, x: int) -> str:
    rows = [line for line in lines[3:-1] if line[x : x + 1] == UNICODE.cursor]
    return rows[0][x + 2 :] if rows else ""


def _word(text: str, place: int) -> str:
    words = text.split()
    return words[place] if len(words) > place else ""
