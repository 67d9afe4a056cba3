"""`import k8stui` costs next to nothing, and its names are all there when asked for."""

import subprocess
import sys

import pytest

import k8stui
from k8stui.incluster.wire.variables import ENV_IN_STEP


def run(code: str, **env: str) -> str:
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_loads_nothing_but_the_version() -> None:
    loaded = run("import sys; before = {*sys.modules}; import k8stui; print(*sorted({*sys.modules} - before))")
    new = {name for name in loaded.split() if not name.startswith("importlib")}
    assert new <= {"k8stui", "k8stui.version", "warnings"}


@pytest.mark.parametrize("name", k8stui.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(k8stui, name) is not None
    assert name in dir(k8stui)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'stepp'"):
        _ = k8stui.stepp  # type: ignore[attr-defined]  # it is not there


def test_inside_a_step_the_names_are_the_inert_ones_and_load_no_library() -> None:
    code = (
        "from k8stui import step, pipeline, KubernetesOrchestratorSettings as S; import sys\n"
        "@step(settings={'orchestrator': S(anything=1)})\ndef f(x): return x + 1\n"
        "@pipeline\ndef p(): f(1)\n"
        "print(f(1), p(), 'pydantic' in sys.modules)"
    )
    assert run(code, **{ENV_IN_STEP: "f"}) == "2 None False"
