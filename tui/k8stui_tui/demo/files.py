"""Where the pipelines of the demo are: the examples, and a few that are made to wait, fail or last."""

from __future__ import annotations

from pathlib import Path

EXAMPLES = ("train.py", "hello.py", "etl.yaml")
"""Of the examples, those that need no cluster with special nodes; the first one is shown being evicted."""

OWN = Path(__file__).parent / "pipelines"


def examples() -> Path:
    """Where the examples are: in the package when it was installed, at the top of the repository otherwise."""
    package = Path(__file__).resolve().parents[1]
    places = (package / "examples", package.parents[1] / "examples")
    return next(place for place in places if (place / EXAMPLES[0]).is_file())
