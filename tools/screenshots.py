"""Writes the pictures in screenshots/: `make screenshots`; a test says when one is stale.

A picture is what the snapshot test of its screen compares the running app with, so it is as new as the code is: there
is no second scene to keep, and to take all of them anew is a matter of a moment.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from tools.picture import standing_alone

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "screenshots"
SNAPSHOTS = ROOT / "tests" / "tui" / "__snapshots__"

PICTURES = {
    "runs": "test_snapshots/TestUsual.test_sizes",
    "timeline": "test_timeline/TestPictures.test_sizes",
    "graph": "test_graph/TestPictures.test_sizes",
    "new-run": "test_snapshots/TestDialogs.test_form",
    "pods": "test_pods_snapshots/test_pods",
    "cleanup": "test_pods_snapshots/test_the_plan",
    "schedules": "test_schedules_snapshots/TestSchedules.test_usual",
    "calendar": "test_schedules_snapshots/TestSchedules.test_calendar",
    "schedule-editor": "test_schedule_editor_snapshots/TestScheduleEditor.test_plain",
    "events": "test_events_snapshots/test_events",
    "stacks": "test_clusters/test_stacks",
    "help": "test_snapshots/TestDialogs.test_help",
}
"""Each picture, and the test whose snapshot it is, at 120x40."""


def pictures() -> Iterator[tuple[Path, str]]:
    """Each file of screenshots/ and what should be in it.

    Raises:
        FileNotFoundError: A test has another name by now.
    """
    for name, test in PICTURES.items():
        snapshot = SNAPSHOTS / f"{test}[120x40].svg"
        yield FOLDER / f"{name}.svg", standing_alone(snapshot.read_text(encoding="utf-8"))


def main() -> None:
    """Write those that are stale, and delete what is no picture any more."""
    FOLDER.mkdir(exist_ok=True)
    fresh = dict(pictures())
    for path in {*FOLDER.iterdir()} - {*fresh}:
        path.unlink()
        sys.stdout.write(f"deleted {path.relative_to(ROOT)}\n")
    for path, picture in fresh.items():
        if not path.exists() or path.read_text(encoding="utf-8") != picture:
            path.write_text(picture, encoding="utf-8")
            sys.stdout.write(f"wrote {path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
