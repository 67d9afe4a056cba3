"""Archived logs as they are read: all of it, its end, and what is said where something is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from k8stui.control.logs.archive import reading
from k8stui.control.logs.archive.parts import parts_of
from k8stui.control.logs.gone import CONTAINER, NO_STORE, NOTHING, gone_logs
from k8stui.control.logs.pod import Window
from k8stui.control.logs.stream import LogLine
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.incluster.runner.storing.archiving import LARGEST, part_name
from k8stui.model.stacks import ArtifactStore, ArtifactStoreConfig, StackDocument
from k8stui.model.views import ArchiveView, AttemptView, RunView, StepView
from k8stui.stacks.document import StackFile
from k8stui.stacks.secrets import Secrets

NOW = 1_000_000.0
OWNER = "o0123456789ab-01234567"


def line(second: int, text: str) -> str:
    return f"1970-01-12T13:{second // 60:02}:{second % 60:02}.000000Z {text}\n"


def keep(folder: Path, name: str, *lines: str, pod: str = "r-train-1") -> None:
    path = folder / "logs" / "r" / OWNER / pod / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(lines))


async def read(
    folder: Path, window: Window | None = None, kind: str = "python", *, store: bool = True
) -> list[LogLine]:
    attempt = AttemptView(
        attempt=1, pod="r-train-1", uid="u", state=StepState.FAILED, started=1.0, finished=NOW, reason="OOMKilled"
    )
    step = StepView(name="train", kind=kind, attempts=(attempt,))
    archive = ArchiveView(path=f"file://{folder}", claim="results", owner=OWNER) if store else None
    run = RunView(run="r", namespace="n", pipeline="p", state=RunState.FAILED, steps=(step,), archive=archive)
    return [line async for some in gone_logs(run, [(step, attempt)], window or Window(), now=NOW) for line in some]


async def told(folder: Path, window: Window | None = None) -> list[str]:
    return [one.text for one in await read(folder, window)]


async def test_a_whole_log_is_shown_as_archived_in_its_order_and_nothing_of_another_pod(tmp_path: Path) -> None:
    keep(tmp_path, part_name("u", 1), line(1, "one"), line(2, "two"))
    keep(tmp_path, part_name("u", 2, last=True), line(3, "three"))
    keep(tmp_path, part_name("other", 1, last=True), line(1, "of another"))
    lines = await read(tmp_path)
    assert [(one.text, one.kind) for one in lines[1:]] == [("one", "log"), ("two", "log"), ("three", "log")]
    assert lines[0].text == f"pod r-train-1 is gone: its log from the archive, file://{tmp_path}"
    assert all(one.archived and one.step == "train" for one in lines)
    assert lines[0].time == lines[1].time == lines[2].time - 1 if lines[2].time else False


@pytest.mark.parametrize(
    ("window", "shown"),
    [
        (Window(tail=1), ["three"]),
        (Window(tail=0), []),
        (Window(history=2), ["older lines are left out: only the last 2 are shown", "two", "three"]),
        (Window(history=3), ["one", "two", "three"]),
        (Window(since_time="1970-01-12T13:00:02Z"), ["two", "three"]),
        (Window(since_time="1970-01-12T13:00:09Z"), []),
    ],
)
async def test_only_what_is_asked_for_is_shown(tmp_path: Path, window: Window, shown: list[str]) -> None:
    keep(tmp_path, part_name("u", 1), line(1, "one"))
    keep(tmp_path, part_name("u", 2), line(2, "two"))
    keep(tmp_path, part_name("u", 3, last=True), line(3, "three"))
    assert (await told(tmp_path, window))[1:] == shown


async def test_what_is_missing_is_said_where_it_is_missing(tmp_path: Path) -> None:
    keep(tmp_path, part_name("u", 1), line(1, "one"))
    keep(tmp_path, part_name("u", 3), line(3, "three"))
    *shown, end = (await told(tmp_path))[1:]
    assert shown == ["one", "1 part is missing here from the archive", "three"]
    assert end.startswith("the archive is not complete, it ends here: the pod was ended at once (OOMKilled)")
    keep(tmp_path, part_name("u", 4, last=True, left_out=5000), line(4, "four"))
    gap = "5,000 bytes are left out here: the log is longer than archive_logs_limit"
    assert (await told(tmp_path))[3:] == ["three", gap, "four"]


async def test_what_has_no_archive_is_said_to_be_lost_and_why(tmp_path: Path) -> None:
    begin = "pod r-train-1 is gone, and its log with it: "
    assert [one.text for one in await read(tmp_path, store=False)] == [begin + NO_STORE]
    assert [one.text for one in await read(tmp_path, kind="container")] == [begin + CONTAINER]
    unseen = "no log of this run is archived in the claim results, as far as this machine sees it"
    assert await told(tmp_path) == [begin + unseen]
    keep(tmp_path, part_name("u", 1, last=True), pod="r-other-1")
    assert await told(tmp_path) == [begin + NOTHING]


def test_names_of_others_are_no_parts() -> None:
    files = dict.fromkeys(("u.00001.log", "u.00001.log.part", "readme", "u.x.log", "v.00002.log"), 7)
    assert [(one.number, one.size) for one in parts_of(files, "u")] == [(1, 7)]


async def test_a_part_that_no_step_can_have_written_is_not_read(tmp_path: Path) -> None:
    keep(tmp_path, part_name("u", 1), line(1, "one"))
    keep(tmp_path, part_name("u", 2, last=True), "x" * (LARGEST + 1))
    *_, told_of = await told(tmp_path)
    assert "has a part of a log with" in told_of
    assert f"none that a step writes has more than {LARGEST:,}" in told_of


BUCKET, ELSEWHERE = ({"endpoint_url": f"https://{host}"} for host in ("ours", "elsewhere"))


async def shown_to(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> tuple[list[dict[str, str]], str]:
    """Which secrets a store is opened with that a run says it has, and what is told of its log."""
    opened: list[dict[str, str]] = []

    def filesystem(store: ArchiveView, secrets: dict[str, str]) -> Any:
        opened.append(secrets)
        raise OSError("no network in tests")

    monkeypatch.setattr(reading, "filesystem_of", filesystem)
    attempt = AttemptView(attempt=1, pod="r-train-1", uid="u", state=StepState.FAILED, started=1.0, finished=NOW)
    step = StepView(name="train", kind="python", attempts=(attempt,))
    archive = ArchiveView(path="s3://bucket/runs", options=options)
    run = RunView(run="r", namespace="n", pipeline="p", state=RunState.FAILED, steps=(step,), archive=archive)
    lines = [line async for some in gone_logs(run, [(step, attempt)], Window(), now=NOW) for line in some]
    return opened, lines[0].text


async def test_secrets_are_shown_to_the_store_that_they_are_for_and_to_no_other_that_a_run_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K8STUI_STACKS", str(tmp_path / "stacks.yaml"))
    opened, told = await shown_to({}, monkeypatch)
    assert opened == [{}]
    assert "no network in tests" in told
    store = ArtifactStore(config=ArtifactStoreConfig(path="s3://bucket/runs", options=BUCKET), secrets=("secret",))
    StackFile().change(lambda _: StackDocument(artifact_stores={"mine": store}))
    Secrets(StackFile().path).keep("artifact_store/mine", {"secret": "hush"})
    assert (await shown_to(BUCKET, monkeypatch))[0] == [{"secret": "hush"}]
    opened, told = await shown_to(ELSEWHERE, monkeypatch)
    assert opened == [], "nor is the login of this machine's own account"
    assert "no artifact store with the options of the run is registered here" in told
    assert """--path=s3://bucket/runs --options='{"endpoint_url": "https://elsewhere"}'""" in told


async def test_a_name_that_no_pod_has_leads_to_no_other_folder(tmp_path: Path) -> None:
    keep(tmp_path, part_name("u", 1, last=True), line(1, "of another run"), pod="../../elsewhere/pod")
    assert (tmp_path / "logs" / "elsewhere" / "pod" / "u.00001.end.log").is_file()
    (tmp_path / "logs" / "r").mkdir(parents=True, exist_ok=True)
    attempt = AttemptView(attempt=1, pod="../../elsewhere/pod", uid="u", state=StepState.FAILED)
    place = LogLine(None, attempt.pod, "train", "r", "")
    for pod, owner in ((attempt.pod, OWNER), ("pod", "../elsewhere")):
        logs = reading.ArchivedLogs(ArchiveView(path=f"file://{tmp_path}", owner=owner), "r")
        named = attempt.model_copy(update={"pod": pod})
        assert [line async for some in logs.log(named, place, Window(), now=NOW) for line in some] == []
