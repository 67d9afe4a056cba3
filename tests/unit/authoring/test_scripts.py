"""`python file.py`: a mistake ends with its sentence and exit code, not with a traceback."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from .conftest import Write

SCRIPT = """
    {imports}
    from k8stui import pipeline, step, KubernetesOrchestratorSettings
    {before}
    @step
    def a(x: int) -> int: return x
    @pipeline
    def p(n: int = 1):
        found = a(n)
        {body}
    if __name__ == "__main__":
        p({arguments})
"""


def python(
    write: Write, *, imports: str = "", before: str = "", body: str = "", arguments: str = "", **env: str
) -> subprocess.CompletedProcess[str]:
    text = SCRIPT.format(imports=imports, before=before, body=body or "pass", arguments=arguments)
    file = write("script.py", text)
    return subprocess.run(
        [sys.executable, str(file)], capture_output=True, text=True, check=False, env=os.environ | env, timeout=60
    )


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({"body": "if found: a(2)"}, "Error: script.py:10: output 'output' of step 'a' cannot be used as a condition"),
        ({"body": "a(found, 2)"}, "Error: script.py:10: step 'a': too many positional arguments"),
        ({"arguments": "m=2"}, "Error: pipeline 'p' has no parameter 'm'"),
        ({"arguments": "n='x'"}, "Error: pipeline 'p': parameter 'n': 'x' is not an int"),
        ({"before": "KubernetesOrchestratorSettings(timeot=1)"}, "Error: settings: unknown field 'timeot'"),
        ({"before": "step(settings=3)(len)"}, "Error:"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_2(write: Write, where: dict[str, str], said: str) -> None:
    done = python(write, **where)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 2


FAKE = "import sys, types; launch = sys.modules['k8stui.control.scripts.launch'] = types.ModuleType('launch'); "


def test_a_failed_run_ends_the_script_with_1(write: Write) -> None:
    fake = (
        FAKE + "from k8stui.incluster.contract.states import RunState; from types import SimpleNamespace as N; "
        "launch.run_pipeline = lambda spec: N(name='p-1', namespace='n', state=RunState.FAILED)"
    )
    done = python(write, imports=fake)
    assert "Error: run p-1 of pipeline 'p' failed" in done.stderr
    assert done.returncode == 1


def test_a_script_is_packed_and_imported_under_its_files_name(write: Write) -> None:
    fake = (
        FAKE + "from k8stui.incluster.contract.states import RunState; from types import SimpleNamespace as N; "
        "launch.run_pipeline = lambda spec: "
        "print([s.module for s in spec.steps], spec.code.files) or N(name='p-1', state=RunState.SUCCEEDED)"
    )
    done = python(write, imports=fake)
    assert done.stdout.strip() == "['script'] 1"
    assert done.returncode == 0


def test_other_errors_keep_their_traceback(write: Write) -> None:
    done = python(write, before="1 / 0")
    assert "Traceback" in done.stderr
    assert done.returncode == 1


def test_the_debug_variable_shows_everything(write: Write) -> None:
    assert "Traceback" in python(write, body="if found: a(2)", K8STUI_DEBUG="1").stderr
