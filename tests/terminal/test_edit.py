"""A pod is edited with the person's editor, from the screens, on a real terminal."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from k8stui.cluster.connect import connect
from k8stui.cluster.resources import PODS
from tests.embedded.command import PROGRAM, Shell
from tests.embedded.pods import SLEEP, made, manifest
from tests.terminal.terminal import Terminal

EDITOR = """#!/bin/sh
echo "$1" >> {folder}/opened
stat -c %a "$1" >> {folder}/modes
cp "$1" {folder}/seen-$(wc -l < {folder}/opened)
case $(wc -l < {folder}/opened) in
1) sed -i 's/nodeName:.*/nodeName: another/' "$1" ;;
2) sed -i -e 's/nodeName:.*/nodeName: embedded/' -e 's/team: ml/team: data/' "$1" ;;
esac
"""


async def _labels(kubeconfig: Path, *, make: bool) -> dict[str, str]:
    async with await connect(kubeconfig=kubeconfig) as cluster:
        if make:
            await made(cluster, manifest("busy", SLEEP, team="ml"), status="running")
        found = await cluster.get(PODS, "busy")
        labels: dict[str, str] = found["metadata"]["labels"]
        return labels


@pytest.fixture
def editor(tmp_path: Path) -> Path:
    script = tmp_path / "editor"
    script.write_text(EDITOR.format(folder=tmp_path))
    script.chmod(0o755)
    return script


def test_what_is_refused_is_edited_again_and_what_is_accepted_is_shown_first(
    own_kubeconfig: Path, tmp_path: Path, editor: Path
) -> None:
    asyncio.run(_labels(own_kubeconfig, make=True))
    env = {**Shell(tmp_path, own_kubeconfig).environ(), "EDITOR": str(editor), "KUBE_EDITOR": ""}
    with Terminal(PROGRAM, env=env) as center:
        center.wait_for("live")
        center.send("2")
        center.wait_for("busy", "running")
        center.send("\x05")  # ctrl+e
        center.wait_for("Change Pod busy?", "metadata.labels.team: ml -> data", "The server accepts it.")
        assert asyncio.run(_labels(own_kubeconfig, make=False)) == {"team": "ml"}
        center.send("y")
        center.wait_for("Pod busy was changed: metadata.labels.team.")
        assert asyncio.run(_labels(own_kubeconfig, make=False)) == {"team": "data"}
        center.send("\x05")  # the third time the editor changes nothing
        center.wait_for("Pod busy: nothing was changed.")
        center.send("\x0f")
        center.wait_for(
            "patch pods busy --type=merge -p " + "'" + json.dumps({"metadata": {"labels": {"team": "data"}}})[:40]
        )
        center.send("q", "q")
        assert center.exit_code() == 0
        assert center.after == center.before
    assert "# Not accepted:" in (tmp_path / "seen-2").read_text()
    assert (tmp_path / "modes").read_text().split() == ["600"] * 3
    assert not any(Path(name).exists() for name in (tmp_path / "opened").read_text().split())
