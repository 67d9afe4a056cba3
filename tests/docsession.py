"""A page of the documentation as one session of a shell, and what of it no test can run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests import forking
from tests.docpages import ROOT, blocks, lines_of, name_of
from tests.environ import clean_environ

SESSIONS = (ROOT / "README.md", ROOT / "docs" / "tutorial.md", *sorted((ROOT / "docs" / "howto").glob("*.md")))
"""Pages whose commands (blocks of `sh`) a person types one after the other."""

ELSEWHERE = {
    "docs/from-zenml.md": "tests/cluster/runs/test_from_zenml.py runs it: it needs kubectl",
    "docs/admins.md": "tests/cluster/runs/test_admin.py does the same: it needs kubectl",
    "docs/kubectl.md": "tests/cluster/runs/test_plugin.py does the same: it needs kubectl",
    "docs/bastion.md": "tests/terminal/test_pyz.py and test_ssh.py do the same: it installs for all users of a host",
}
"""Other pages with commands, and why they are none of the sessions."""

SCREENS = "opens the screens: tests/terminal"
CLOUD = "needs an account of a cloud: tests/embedded/test_cli_connectors.py, tests/unit/stacks"
BUCKET = "needs a bucket and asks for its secrets: tests/embedded/test_code_store.py, tests/unit/cli/test_stacks.py"
MAKE = "makes this very environment anew"

LEFT_OUT: Mapping[str, Mapping[str, str]] = {
    "README.md": {
        "make demo": SCREENS,
        "make test": "runs this test",
        "python3 -m venv .venv": MAKE,
        ".venv/bin/pip install .": MAKE,
        "source .venv/bin/activate": MAKE,
    },
    "docs/tutorial.md": {
        "k8stui demo": SCREENS,
        "python -m k8stui.embedded": "the test has a cluster already",
        "export KUBECONFIG=/path/that/it/printed": "the test has a cluster already",
    },
    "docs/howto/stacks.md": {
        "k8stui service-connector register aws-eu --type aws --region=eu-central-1": CLOUD,
        "k8stui service-connector list-resources --resource-type kubernetes-cluster": CLOUD,
        "k8stui orchestrator connect prod --connector aws-eu --resource-id ml-cluster": CLOUD,
    },
    "docs/howto/artifacts.md": {
        "k8stui artifact-store register bucket --path=s3://ml-team/runs --secret key --secret secret": BUCKET,
        "k8stui stack update lab -a bucket": BUCKET,
        "k8stui artifact-store prune --older-than 30d --dry-run": (
            "this machine cannot reach the volume: tests/embedded/test_artifact_prune.py"
        ),
    },
}
"""Lines of the sessions that are not run, with the reason."""

CODES: Mapping[str, Mapping[str, int]] = {
    "docs/tutorial.md": {"k8stui run shop.py --param rates_file=$PWD/rates.json": 1},
    "docs/howto/retries.md": {"k8stui run fetch.py": 1},
}
"""Lines that are to end with another code than 0."""

NAMESPACE = "ml-team"
"""The one that the pages name."""

_HEAD = """set -euo pipefail
line=""
trap 'echo "ended with $? at: $line" >&2' ERR
newest() { k8stui runs list -o name | sed -n 1p; }
"""

_NEWEST = re.compile(r"\b[a-z]+-x7f3a\b")
"""A name of a run, as the pages have it."""


@dataclass(frozen=True)
class Done:
    """What became of a session."""

    code: int
    said: str


def lines(page: Path) -> list[str]:
    """What is typed, line by line."""
    found = [line for block in blocks(page) if block.language == "sh" for _, line in lines_of(block.text)]
    return [line for line in found if line and not line.startswith("#")]


def script(name: str, typed: list[str], *, namespace: str = NAMESPACE) -> str:
    """The lines of a page as a program of bash that ends at the first one that goes wrong.

    Args:
        name: The page's.
        typed: Its lines.
        namespace: Stands for the one that the pages name.
    """
    parts = [_HEAD]
    for line in typed:
        if line in LEFT_OUT.get(name, {}):
            continue
        command = _NEWEST.sub("$(newest)", line).replace(NAMESPACE, namespace)
        parts.append(f"line={_quoted(line)}\n")
        code = CODES.get(name, {}).get(line)
        parts.append(f"{command}\n" if code is None else f"code=0; {command} || code=$?; test $code = {code}\n")
    return "".join(parts)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def run(page: Path, folder: Path, *, kubeconfig: Path | str, context: str, namespace: str) -> Done:
    """Run a page in an empty folder.

    Args:
        page: One of the sessions.
        folder: Where it runs; files that the page shows are put there.
        kubeconfig: Leads to the cluster.
        context: The context that the page calls `$CONTEXT`.
        namespace: Where its commands act; it exists.
    """
    for block in blocks(page):
        if block.file:
            (folder / block.file).write_text(block.text, encoding="utf-8")
    programs = folder / "bin"
    programs.mkdir()
    forking.put_program(programs)
    environ = {
        **clean_environ(),
        "PATH": os.pathsep.join((str(programs), str(Path(sys.executable).parent), os.environ["PATH"])),
        "KUBECONFIG": str(kubeconfig),
        "CONTEXT": context,
        "K8STUI_NAMESPACE": namespace,
        "K8STUI_STACKS": str(folder / "stacks.yaml"),
    }
    done = subprocess.run(
        ["bash", "-c", script(name_of(page), lines(page), namespace=namespace)],
        cwd=folder, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout)
