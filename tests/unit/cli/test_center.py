"""What a line without a verb says to the screens, read before typer is imported: as that reads it, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from k8stui_tui.cli import app, center

LINES: list[tuple[str, dict[str, Any] | None]] = [
    ("", {}),
    ("--screen pods", {"screen": "pods"}),
    ("--screen=pods -n ml -A", {"screen": "pods", "namespace": "ml", "everywhere": True}),
    ("--namespace=ml --context prod --kubeconfig /a/b",
     {"namespace": "ml", "context": "prod", "kubeconfig": Path("/a/b")}),
    ("--read-only --only-namespaces team-*", {"read_only": True, "only_namespaces": "team-*"}),
    ("--screen", None),
    ("--screen --read-only", None),
    ("--screen=", None),
    ("-nml", None),
    ("-n=ml", None),
    ("--read-only=yes", None),
    ("-h", None),
    ("--log-commands x", None),
    ("runs", None),
    ("--screen pods runs", None),
]  # fmt: skip


@pytest.mark.parametrize(("line", "said"), LINES)
def test_it_is_read_as_typer_reads_it(line: str, said: dict[str, Any] | None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert center.options_of(line.split()) == said
    if said:
        heard: dict[str, Any] = {}
        monkeypatch.setattr(app, "open_center", lambda **given: heard.update(given))
        monkeypatch.setattr(app, "limit", lambda **given: heard.update(given))
        assert CliRunner().invoke(app.build(), line.split()).exit_code == 0
        assert {name: value for name, value in heard.items() if value} == said
