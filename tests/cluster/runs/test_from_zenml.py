"""`docs/from-zenml.md`: all that stands under k8stui there is run on a real cluster, each chapter as one shell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster.runs.space import Space, kubectl
from tests.zenmlpage import Chapter, chapters

pytestmark = pytest.mark.real

CONTEXT = "k8stui-test"


@pytest.mark.parametrize("chapter", chapters(), ids=lambda chapter: chapter.title)
def test_the_commands_of_the_page_do_what_it_says(space: Space, tmp_path: Path, chapter: Chapter) -> None:
    for name, text in chapter.files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "kubectl").symlink_to(kubectl(space.facts, space.namespace)[0])
    environ = {
        **os.environ,
        "PATH": os.pathsep.join((str(programs), str(Path(sys.executable).parent), os.environ["PATH"])),
        "KUBECONFIG": space.kubeconfig,
        "CONTEXT": CONTEXT,
        "K8STUI_NAMESPACE": space.namespace,
        "K8STUI_STACKS": str(tmp_path / "stacks.yaml"),
        "K8STUI_SECRETS": "file",
    }
    commands = "set -euo pipefail\n" + chapter.commands.replace("-n zenml", f"-n {space.namespace}")
    done = subprocess.run(
        ["bash", "-c", commands], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
