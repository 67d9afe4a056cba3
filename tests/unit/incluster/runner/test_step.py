"""The runner as a process of its own, in an interpreter that has nothing of ours."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.incluster.contract.podfacts import read_report
from k8stui.incluster.master import reception
from k8stui.incluster.master.reception import Reception
from k8stui.incluster.runner.failing import MAX_ERROR_BYTES, short
from k8stui.incluster.runner.step import StepError, _results
from k8stui.incluster.wire.report import Report
from tests.unit.incluster.running import Ended, Step, other_pythons

KEPT = 4096  # bytes of a termination message that Kubernetes keeps


def run(folder: Path, source: str, **more: object) -> Ended:
    return Step(folder, source, **more).run()  # type: ignore[arg-type]  # the options of Step


class TestSuccess:
    def test_inputs_go_in_and_the_output_comes_out(self, tmp_path: Path) -> None:
        ended = run(tmp_path, "def step(a, b): return a + b", inputs={"a": 1, "b": 2}, outputs=("output",))
        assert (ended.code, ended.report["outcome"], ended.report["results"]) == (0, "succeeded", {"output": 3})
        assert ended.report["seconds"] > 0
        assert ended.err == ""

    def test_several_outputs_in_their_order(self, tmp_path: Path) -> None:
        ended = run(tmp_path, "def step(): return [1], {'k': None}", outputs=("x", "y"))
        assert ended.report["results"] == {"x": [1], "y": {"k": None}}

    def test_what_it_prints_is_the_pods_log_line_by_line(self, tmp_path: Path) -> None:
        ended = run(tmp_path, "def step(): print('häll\u00f6')")
        assert (ended.out, ended.code) == ("häll\u00f6\n", 0)

    def test_without_outputs_the_value_is_left_where_it_is(self, tmp_path: Path) -> None:
        ended = run(tmp_path, "def step(): return object()")
        assert (ended.code, "results" in ended.report) == (0, False)

    def test_large_inputs_come_in_parts(self, tmp_path: Path) -> None:
        step = Step(tmp_path, "def step(x): return len(x)", inputs={"x": "y" * 200_000}, outputs=("output",))
        text = step.env.pop("K8STUI_TASK")
        parts = [text[start : start + 90_000] for start in range(0, len(text), 90_000)]
        step.env |= {f"K8STUI_TASK_{number}": part for number, part in enumerate(parts)}
        assert step.run().report["results"] == {"output": 200_000}

    def test_the_users_code_sees_nothing_of_our_variables_but_that_it_is_in_a_step(self, tmp_path: Path) -> None:
        source = "import os\ndef step(): return sorted(k for k in os.environ if k.startswith('K8STUI_'))"
        step = Step(tmp_path, source, outputs=("output",), env={"K8STUI_KEY": "secret", "K8STUI_MASTER": "127.0.0.1:1"})
        assert step.run().report["results"] == {"output": ["K8STUI_IN_STEP", "K8STUI_TERMINATION_LOG"]}

    def test_exit_0_is_a_success_where_nothing_was_promised(self, tmp_path: Path) -> None:
        ended = run(tmp_path, "import sys\ndef step(): sys.exit()")
        assert (ended.code, ended.report["outcome"]) == (0, "succeeded")


class TestResultsThatCannotTravel:
    @pytest.mark.parametrize(
        ("value", "told"),
        [
            ((1,), "must return 2 values (x, y)"),
            ((1, 2, 3), "must return 2 values"),
            (None, "must return 2 values"),
            ("ab", "must return 2 values"),
            ({"x": 1, "y": 2}, "must return 2 values"),
            ((1, object()), "output 'y' of step train is object, which is not JSON"),
            ((1, float("nan")), "is float, which is not JSON"),
            ((1, {1, 2}), "is set, which is not JSON"),
            (("x" * 4000, 1), "more than the 3072 that travel between pods without an artifact store"),
        ],
    )
    def test_are_refused_with_a_sentence(self, value: object, told: str) -> None:
        with pytest.raises(StepError) as caught:
            _results(value, {"step": "train", "outputs": ["x", "y"]})
        assert told in str(caught.value)

    def test_make_the_step_fail_and_the_log_says_so(self, tmp_path: Path) -> None:
        ended = run(tmp_path, "def step(): return {1}", outputs=("x",))
        assert (ended.code, ended.report["outcome"]) == (1, "failed")
        assert ended.err == f"k8stui: {ended.report['error']['message']}\n"


class TestFailure:
    def test_an_exception_tells_its_type_message_and_place(self, tmp_path: Path) -> None:
        ended = run(tmp_path, "def helper():\n    raise ValueError('no rows')\ndef step(): helper()")
        assert ended.code == 1
        assert ended.report["error"] == {"type": "ValueError", "message": "no rows", "where": "train.py:2"}

    def test_the_place_is_the_authors_own_line_even_where_a_library_raised(self, tmp_path: Path) -> None:
        ended = run(tmp_path, "import json\ndef step():\n    return json.loads('no')")
        error = ended.report["error"]
        assert (error["type"], error["where"]) == ("json.decoder.JSONDecodeError", "train.py:3")
        assert "decoder.py" in ended.err

    def test_neither_our_frames_nor_those_of_a_stand_in_are_shown(self, tmp_path: Path) -> None:
        ended = run(tmp_path, "from k8stui import Client\ndef step():\n    return Client().list_pipeline_runs()")
        assert (ended.report["error"]["where"], "standins" in ended.err, "/ours/" in ended.err) == (
            "train.py:3",
            False,
            False,
        )

    def test_the_log_has_the_whole_chain_of_exceptions(self, tmp_path: Path) -> None:
        source = """
            def load():
                raise KeyError("rows")
            def step():
                try:
                    load()
                except KeyError as error:
                    raise ValueError("no rows") from error
        """
        ended = run(tmp_path, source)
        assert ended.report["error"] == {"type": "ValueError", "message": "no rows", "where": "train.py:8"}
        starts = ("  File", "KeyError", "ValueError")
        assert [line.strip() for line in ended.err.splitlines() if line.startswith(starts)] == [
            'File "train.py", line 6, in step',
            'File "train.py", line 3, in load',
            "KeyError: 'rows'",
            'File "train.py", line 8, in step',
            "ValueError: no rows",
        ]

    def test_the_traceback_shows_the_authors_code_alone(self, tmp_path: Path) -> None:
        ended = run(tmp_path, "def step():\n    1 / 0")
        assert 'File "train.py", line 2, in step' in ended.err
        assert "ZeroDivisionError" in ended.err
        assert "k8stui" not in ended.err

    def test_a_crash_of_native_code_leaves_the_authors_line_in_the_log(self, tmp_path: Path) -> None:
        ended = run(tmp_path, "import ctypes\ndef step():\n    ctypes.string_at(0)")
        assert (ended.code, ended.message) == (-signal.SIGSEGV, "")
        assert "Fatal Python error: Segmentation fault" in ended.err
        assert 'code/train.py", line 3 in step' in ended.err

    def test_an_exception_while_the_module_is_imported_is_told_too(self, tmp_path: Path) -> None:
        ended = run(tmp_path, "x = 1\nraise RuntimeError('too early')\ndef step(): pass")
        assert ended.report["error"] == {"type": "RuntimeError", "message": "too early", "where": "train.py:2"}

    def test_a_missing_module_names_the_image_and_the_setting(self, tmp_path: Path) -> None:
        ended = run(tmp_path, "import numpie.linalg\ndef step(): pass")
        told = "module numpie is not in image python:3: set image= to one that has it, or requirements="
        assert (ended.code, ended.report["error"]["message"], told in ended.err) == (1, told, True)

    def test_a_missing_module_that_the_function_imports_names_them_and_the_line(self, tmp_path: Path) -> None:
        ended = run(tmp_path, "def step():\n    import numpie")
        told = "module numpie is not in image python:3: set image= to one that has it, or requirements="
        assert ended.report["error"] == {"type": "ModuleNotFoundError", "message": told, "where": "train.py:2"}
        assert told in ended.err

    @pytest.mark.parametrize(("code", "told"), [("1", "1"), ("'no data'", "no data"), ("0", "before it returned")])
    def test_exiting_is_a_failure_where_outputs_were_promised(self, tmp_path: Path, code: str, told: str) -> None:
        ended = run(tmp_path, f"import sys\ndef step(): sys.exit({code})", outputs=("x",))
        assert (ended.code, ended.report["error"]["type"]) == (1, "SystemExit")
        assert told in ended.report["error"]["message"]

    def test_the_longest_message_still_fits_a_termination_message(self, tmp_path: Path) -> None:
        ended = run(tmp_path, f"class {'ä' * 300}(Exception): pass\ndef step(): raise {'ä' * 300}('\U0001f600' * 9000)")
        assert len(ended.message.encode()) <= KEPT
        assert read_report(ended.message) is not None

    @given(st.text(min_size=1), st.integers(0, 2000))
    def test_a_message_is_cut_no_more_than_needed(self, text: str, times: int) -> None:
        cut = short(text * times)
        assert (text * times).startswith(cut)
        assert len(json.dumps(cut)) <= MAX_ERROR_BYTES
        assert cut == text * times or len(json.dumps(cut)) > MAX_ERROR_BYTES - 200


class TestTermination:
    WAIT = "import time\ndef wait():\n    print('here')\n    time.sleep(30)\ndef step():\n    {}\n"

    def terminated(self, tmp_path: Path, body: str, *outputs: str) -> Ended:
        step = Step(tmp_path, self.WAIT.format(body), outputs=outputs)
        process = step.start()
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        process.send_signal(signal.SIGTERM)
        return step.wait(process)

    def test_sigterm_ends_it_with_143_and_without_a_report(self, tmp_path: Path) -> None:
        ended = self.terminated(tmp_path, "wait()")
        assert (ended.code, ended.message) == (143, "")

    def test_an_exception_in_its_clean_up_is_no_failure_of_its_own(self, tmp_path: Path) -> None:
        ended = self.terminated(tmp_path, "try: wait()\n    finally: {}['x']")
        assert (ended.code, ended.message) == (143, "")

    def test_a_step_that_still_returns_has_succeeded(self, tmp_path: Path) -> None:
        body = "try: wait()\n    except SystemExit: pass\n    return 7"
        ended = self.terminated(tmp_path, body, "x")
        assert (ended.code, ended.report["results"]) == (0, {"x": 7})


AUTHOR = """
    from kubernetes.client import V1Toleration
    from kubernetes.client.models import V1Affinity, V1NodeSelector
    import kubernetes.client.models as models
    from k8stui import KubernetesOrchestratorSettings, Schedule, StepRetry, container_step, pipeline, report
    from k8stui import step as our_step

    settings = KubernetesOrchestratorSettings(pod_settings={"tolerations": [V1Toleration(key="a"), models.V1Pod()]})
    convert = container_step(image="tool", command=["x"], name="convert")

    @our_step
    def load() -> int:
        return 1

    @our_step(retry=StepRetry(max_retries=2), settings={"orchestrator": settings})
    def step(x: int) -> int:
        report(0.5, loss=1)
        return x + load()

    @pipeline(settings=settings, schedule=Schedule(cron_expression="* * * * *"))
    def whole(n: int = 1):
        step(convert(load()))

    whole(n=3)
    whole.with_options(name="x")()
"""


class TestStandIns:
    def test_an_authors_module_is_imported_without_k8stui_and_kubernetes_and_without_starting_a_run(
        self, tmp_path: Path
    ) -> None:
        ended = run(tmp_path, AUTHOR, inputs={"x": 4}, outputs=("output",))
        assert (ended.code, ended.err) == (0, "")
        assert ended.report["results"] == {"output": 5}

    def test_using_one_for_real_says_which_package_is_missing(self, tmp_path: Path) -> None:
        ended = run(
            tmp_path, "from kubernetes import client\ndef step(): client.CoreV1Api().list_pod_for_all_namespaces()"
        )
        assert "the package kubernetes is not in this image" in ended.report["error"]["message"]
        assert ended.report["error"]["where"] == "train.py:2"

    def test_the_authors_own_packages_come_first(self, tmp_path: Path) -> None:
        folder = tmp_path / "site" / "kubernetes"
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("real = True")
        source = (
            f"import sys\nsys.path.insert(1, {str(folder.parent)!r})\nimport kubernetes as k\ndef step(): return k.real"
        )
        assert run(tmp_path, source, outputs=("x",)).report["results"] == {"x": True}


class TestPlace:
    def test_a_folder_that_cannot_be_written_is_passed_over(self, tmp_path: Path) -> None:
        ended = run(tmp_path, "def step(): pass", env={"TMPDIR": str(tmp_path / "nowhere")})
        assert ended.code == 0

    def test_where_no_message_can_be_written_the_loss_of_results_is_no_success(self, tmp_path: Path) -> None:
        env = {"K8STUI_TERMINATION_LOG": str(tmp_path / "nowhere" / "log")}
        ended = run(tmp_path, "def step(): return 1", outputs=("x",), env=env)
        assert (ended.code, "could not write the termination message" in ended.err) == (1, True)

    EMPTIED = (
        "import glob, shutil, tempfile\nfor one in glob.glob(tempfile.gettempdir() + '/k8stui-*'): shutil.rmtree(one)\n"
    )

    def test_a_step_that_empties_it_still_hands_over(
        self, tmp_path: Path, desk: tuple[str, list[tuple[str, Report]]]
    ) -> None:
        env = {"K8STUI_MASTER": desk[0], "K8STUI_KEY": "the key"}
        ended = run(tmp_path, self.EMPTIED + "def step(): return 1", outputs=("x",), env=env)
        assert (ended.code, ended.err, [report.results for _, report in desk[1]]) == (0, "", [{"x": 1}])

    def test_a_step_that_empties_it_and_fails_tells_why(self, tmp_path: Path) -> None:
        ended = run(tmp_path, self.EMPTIED + "def step(): raise KeyError('rows')")
        assert (ended.code, ended.report["error"]) == (1, {"type": "KeyError", "message": "'rows'"})
        assert "KeyError: 'rows'" in ended.err

    def test_the_code_does_not_stay_in_the_environment_of_its_children(self, tmp_path: Path) -> None:
        source = "import subprocess as s\ndef step(): return s.check_output('env').decode().count('K8STUI_CODE')"
        assert run(tmp_path, source, outputs=("x",)).report["results"] == {"x": 0}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[tuple[str, Report]]]]:
    monkeypatch.setattr(reception, "PORT", 0)
    taken: list[tuple[str, Report]] = []
    one = Reception("127.0.0.1", {"r-train-1": "the key"}.get, lambda *said: taken.append(said), lambda *_: 0.0)
    one.start()
    yield one.address, taken
    one.close()


class TestHandover:
    def test_the_master_hears_what_the_termination_message_says(
        self, tmp_path: Path, desk: tuple[str, list[tuple[str, Report]]]
    ) -> None:
        address, taken = desk
        env = {"K8STUI_MASTER": address, "K8STUI_KEY": "the key"}
        ended = run(tmp_path, "def step(): return {'a': [1.5, 'ä']}", outputs=("x",), env=env)
        [(pod, report)] = taken
        assert (pod, report.to_json()) == ("r-train-1", json.loads(ended.message))

    def test_a_failure_is_handed_over_too(self, tmp_path: Path, desk: tuple[str, list[tuple[str, Report]]]) -> None:
        address, taken = desk
        run(tmp_path, "def step(): 1 / 0", env={"K8STUI_MASTER": address, "K8STUI_KEY": "the key"})
        assert taken[0][1].error["type"] == "ZeroDivisionError"

    def test_a_master_that_is_not_there_changes_nothing(self, tmp_path: Path) -> None:
        env = {"K8STUI_MASTER": "127.0.0.1:1", "K8STUI_KEY": "the key"}
        ended = run(tmp_path, "def step(): return 1", outputs=("x",), env=env)
        assert (ended.code, ended.report["results"], ended.err) == (0, {"x": 1}, "")


def test_the_oldest_and_the_newest_python_of_this_machine_run_a_step(tmp_path: Path) -> None:
    pythons = other_pythons()
    if not pythons:
        pytest.skip("no other Python here")
    for python in {pythons[0], pythons[-1]}:
        ended = run(tmp_path, AUTHOR, inputs={"x": 4}, outputs=("output",), python=[os.fspath(python), "-I", "-S"])
        assert (ended.err, ended.report["results"]) == ("", {"output": 5}), python
        assert ended.report["said"] == {"progress": 0.5, "metrics": {"loss": 1.0}}
