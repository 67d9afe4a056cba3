"""`k8stui run`, `python file.py` and the verbs on finished runs, against the embedded cluster."""

from __future__ import annotations

import json
import re
import signal
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from tests.embedded.command import Shell, shell


@pytest.fixture
def here(tmp_path: Path, embedded_kubeconfig: Path) -> Shell:
    return shell(tmp_path, embedded_kubeconfig)


STAGES = ("looking at namespace ", "creating the ")


def beyond_stages(said: str) -> list[str]:
    """What was said but for the stages of a submit, which are told where it takes more than two seconds."""
    return [line for line in said.splitlines() if not line.startswith(STAGES)]


def test_a_run_is_followed_with_its_logs_and_its_tree(here: Shell) -> None:
    own = here.folder / "own.py"  # whose code no other test has sent
    own.write_text((here.folder / "quick.py").read_text() + "# own")
    done = here.k8stui("run", "own.py", "--param", "n=5")
    assert (done.returncode, beyond_stages(done.stderr)) == (0, [])
    lines = done.stdout.splitlines()
    code = r"with 3 files, 1 KiB of code \(sent\)"
    assert re.fullmatch(rf"run quick-[a-z0-9]{{5}} of pipeline quick submitted to namespace default, {code}", lines[0])
    assert "load   | loading 5" in lines
    assert "double | doubling 5" in lines
    assert [line.split()[:3] for line in lines[-3:-1]] == [
        ["load", "succeeded", lines[-3].split()[2]],
        ["└", "double", "succeeded"],
    ]
    assert re.fullmatch(r"succeeded in \d+(\.\d)?s", lines[-1])


def test_a_failed_run_exits_with_1_and_says_where(here: Shell) -> None:
    done = here.k8stui("run", "quick.py", "--param", "n=-1")
    assert done.returncode == 1
    assert "ValueError: no rows" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("failed after")


def test_a_script_shows_its_logs_and_exits_with_its_outcome(here: Shell) -> None:
    done = here.python("quick.py")
    assert (done.returncode, done.stderr) == (0, "")
    assert "double | doubling 3" in done.stdout


def test_json_is_the_answer_and_the_rest_goes_beside_it(here: Shell) -> None:
    done = here.k8stui("run", "quick.py", "-o", "json")
    run = json.loads(done.stdout)
    assert (run["state"], run["done"], run["total"], run["parameters"]) == ("succeeded", 2, 2, {"n": 3})
    assert [(step["name"], step["after"], step["results"]) for step in run["steps"]] == [
        ("load", [], {"output": 3}),
        ("double", ["load"], {"output": 6}),
    ]
    assert [len(step["attempts"]) for step in run["steps"]] == [1, 1]
    assert "load   | loading 3" in done.stderr


def test_a_step_that_wrote_nothing_is_known_to_be_silent(here: Shell) -> None:
    (here.folder / "loud.py").write_text(
        "import subprocess, sys\nfrom k8stui import pipeline, step\n"
        "@step\ndef silent() -> int:\n    return 1\n"
        "@step\ndef prints() -> None:\n    print('x', end='')\n"
        "@step\ndef starts() -> None:\n    subprocess.run([sys.executable, '-c', 'print(1)'], check=True)\n"
        "@pipeline\ndef loud() -> None:\n    silent()\n    prints()\n    starts()\n"
    )
    steps = json.loads(here.k8stui("run", "loud.py", "-o", "json").stdout)["steps"]
    known = {step["name"]: step["attempts"][0]["silent"] for step in steps}
    assert known == {"silent": Path("/proc/self/io").exists(), "prints": False, "starts": False}


def test_a_finished_run_can_be_listed_shown_watched_read_and_deleted(here: Shell) -> None:
    name = here.name_of("quick.py")
    watched = here.k8stui("runs", "watch", name)
    assert watched.returncode == 0
    assert watched.stdout.splitlines()[-1].startswith("succeeded in")
    listed = json.loads(here.k8stui("runs", "list", "-o", "json").stdout)
    assert next(run["state"] for run in listed if run["run"] == name) == "succeeded"
    shown = yaml.safe_load(here.k8stui("runs", "show", name, "-o", "yaml").stdout)
    assert {pod["component"] for pod in shown["pods"]} == {"orchestrator", "step"}
    assert "succeeded in" in here.k8stui("runs", "show", name, "-o", "wide").stdout
    assert here.k8stui("logs", name, "--step", "^double$").stdout == "double | doubling 3\n"
    line = json.loads(here.k8stui("logs", name, "--step", "load", "-o", "json").stdout)
    assert (line["step"], line["text"], line["run"]) == ("load", "loading 3", name)
    pods = here.k8stui("pods", "list", "--run", name, "-o", "name").stdout.split()
    assert len(pods) == 3
    assert here.k8stui("runs", "delete", name).returncode == 0
    assert here.k8stui("runs", "show", name).returncode == 4
    assert here.k8stui("pods", "list", "--run", name, "-o", "name").stdout == ""


def test_a_server_dry_run_prints_every_object_and_makes_none(here: Shell) -> None:
    before = here.k8stui("runs", "list", "-o", "name").stdout
    done = here.k8stui("run", "quick.py", "--dry-run=server")
    objects = list(yaml.safe_load_all(done.stdout))
    assert {"ConfigMap", "Job", "Pod"} <= {item["kind"] for item in objects}
    assert all(item["metadata"]["uid"] for item in objects if item["kind"] != "ServiceAccount")
    assert here.k8stui("runs", "list", "-o", "name").stdout == before


def test_an_invalid_field_is_named_at_submit_and_nothing_is_left(here: Shell) -> None:
    text = (here.folder / "quick.py").read_text()
    bad = "{'step_pod_service_account_name': 'ghost'}"
    (here.folder / "quick.py").write_text(text.replace("@pipeline\n", f"@pipeline(settings={bad})\n"))
    before = here.k8stui("runs", "list", "-o", "name").stdout
    done = here.k8stui("run", "quick.py")
    assert done.returncode == 8, done.stdout
    assert "ghost" in done.stderr
    assert "step 'load'" in done.stderr
    assert here.k8stui("runs", "list", "-o", "name").stdout == before


def test_a_missing_namespace_is_named_with_the_command_that_makes_it(here: Shell) -> None:
    done = here.k8stui("run", "quick.py", "-n", "nowhere")
    assert done.returncode == 4
    assert "'nowhere' does not exist" in done.stderr
    assert "kubectl create namespace nowhere" in done.stderr


def test_init_makes_a_namespace_ready_and_can_be_repeated(here: Shell) -> None:
    first = here.k8stui("init", "-n", "team", "--create-namespace")
    assert first.returncode == 0, first.stderr
    assert here.k8stui("init", "-n", "team", "--create-namespace").returncode == 0
    assert here.k8stui("run", "quick.py", "-n", "team").returncode == 0


def test_init_can_print_what_it_would_make(here: Shell) -> None:
    done = here.k8stui("init", "-n", "other", "--dry-run")
    kinds = [item["kind"] for item in yaml.safe_load_all(done.stdout)]
    assert kinds == ["ServiceAccount", "Role", "RoleBinding"]


def test_a_reader_who_leaves_early_is_no_error(here: Shell) -> None:
    process = here.start("run", "quick.py", "--dry-run=server")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read()
    assert (process.wait(60), said) == (141, "")
    process.stderr.close()


def test_ctrl_c_ends_the_following_and_not_the_run(here: Shell) -> None:
    process = here.start("run", "slow.py")
    assert process.stdout is not None
    name = ""
    for line in process.stdout:
        name = name or line.split()[1]
        if "| started" in line:
            break
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert f"k8stui runs stop {name}" in said
    assert json.loads(here.k8stui("runs", "show", name, "-o", "json").stdout)["state"] == "running"
    assert here.k8stui("runs", "delete", name).returncode == 7
    assert here.k8stui("runs", "stop", name).stdout == f"{name} stopped\n"
    assert here.k8stui("runs", "watch", name).returncode == 1
    assert here.k8stui("runs", "delete", name).returncode == 0


def test_followed_logs_end_with_the_run(here: Shell) -> None:
    name = here.name_of("quick.py")
    done = here.k8stui("logs", name, "-f")
    assert done.returncode == 0
    assert sorted(done.stdout.splitlines()) == ["double | doubling 3", "load | loading 3"]


def test_the_setting_timeout_ends_the_waiting_only(here: Shell) -> None:
    text = (here.folder / "slow.py").read_text()
    (here.folder / "slow.py").write_text(text.replace("@pipeline\n", "@pipeline(settings={'timeout': 1})\n"))
    done = here.k8stui("run", "slow.py")
    assert done.returncode == 3
    name = done.stdout.split()[1]
    assert f"The run {name} has not ended within 1 s" in done.stderr
    assert here.k8stui("runs", "delete", "--force", name).returncode == 0


def test_two_runs_are_compared_and_their_results_and_times_looked_at(here: Shell) -> None:
    first = here.name_of("quick.py")
    assert here.k8stui("runs", "watch", first).returncode == 0
    text = (here.folder / "quick.py").read_text()
    (here.folder / "quick.py").write_text(text.replace("2 * n", "[n] * 200"))
    second = here.name_of("quick.py", "--param", "n=-1")
    assert here.k8stui("runs", "watch", second).returncode == 1
    told = here.k8stui("runs", "compare", second)
    assert told.returncode == 0, told.stderr
    lines = [line.split() for line in told.stdout.splitlines()]
    assert [first, second] in lines
    assert ["status", "succeeded", "failed"] in lines
    assert ["n", "3", "-1"] in lines
    assert ["changed", "quick.py"] in lines
    assert here.k8stui("runs", "compare", first, second, "-o", "name").stdout.split() == ["double"]
    found = json.loads(here.k8stui("runs", "compare", first, second, "-o", "json").stdout)
    assert {step["name"] for step in found["steps"]} == {"load", "double"}
    shown = here.k8stui("runs", "results", second).stdout.splitlines()
    assert shown[1].split() == ["load", "output", "whole", "number", "2", "-1"]
    assert "not there: the step is failed" in shown[2]
    (value,) = json.loads(here.k8stui("runs", "results", first, "double", "-o", "json").stdout)
    assert (value["name"], value["value"]) == ("output", 6)
    assert here.k8stui("runs", "results", first, "dubble").returncode == 4
    usage = here.k8stui("runs", "usage", first)
    assert (usage.returncode, "This cluster has no metrics API" in usage.stderr) == (4, True)
    timed = here.k8stui("runs", "timeline", first, "-o", "wide")
    head, load, double, *_ = timed.stdout.splitlines()
    assert head.split()[:8] == ["STEP", "STATUS", "TIME", "HELD", "QUEUED", "PULLING", "STARTING", "RUNNING"]
    assert (load.split()[:2], "»" in load, "»" in double) == (["load", "succeeded"], True, True)
    assert "Critical path: " in timed.stderr
    spans = json.loads(here.k8stui("runs", "timeline", first, "-o", "json").stdout)["steps"][1]["spans"]
    assert [one["phase"] for one in spans][-1] == "running"
    assert all(before["end"] == after["begin"] for before, after in pairwise(spans))
    assert {one["source"] for one in spans if one["attempt"]} <= {"pod", "record"}
