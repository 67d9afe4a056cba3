"""A whole run by a bucket: code that is too large to travel, and what its steps return, by a server that speaks S3."""

from __future__ import annotations

import asyncio
import random
import re
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import s3fs
from moto.server import ThreadedMotoServer

from k8stui.authoring.load import load
from k8stui.authoring.rerunning import rerun_with
from k8stui.authoring.rescheduling import completed
from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS, JOBS
from k8stui.control.code.store import keep_code
from k8stui.control.lifecycle.ending import delete_run
from k8stui.control.reclaiming.carrying import Reclaiming
from k8stui.control.schedules.creating import create_schedule
from k8stui.control.schedules.editing import ScheduleEdit, edit_schedule
from k8stui.control.schedules.triggering import trigger_schedule
from k8stui.control.submitting.creating import SubmitOptions, submit
from k8stui.control.submitting.rerunning import kept_run
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import ConflictError, InvalidInputError, NotFoundError, RejectedError
from k8stui.model.schedule import ScheduleSpec
from k8stui.model.stacks import ArtifactStore, ArtifactStoreConfig, StackDocument
from k8stui.stacks.document import StackFile
from k8stui.stacks.secrets import Secrets
from tests.embedded.command import Shell
from tests.embedded.runs import ended, is_listed, step_of

FLOW = """
from pathlib import Path
from k8stui import pipeline, step

@step
def read() -> bytes:
    return Path(__file__).with_name("table.csv").read_bytes()

@step
def measure(table: bytes, times: int) -> int:
    return len(table) * times

@pipeline(enable_cache=False)
def flow(times: int = 1) -> None:
    measure(read(), times)
"""

SIZE = 900_000


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    # All servers of a process share their buckets, and other tests make some of the same name.
    urllib.request.urlopen(urllib.request.Request(f"http://{host}:{port}/moto-api/reset", method="POST")).close()
    server.stop()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "table.csv").write_bytes(random.Random(1).randbytes(SIZE))
    path = tmp_path / "flow.py"
    path.write_text(FLOW)
    return path


async def test_code_that_is_too_large_to_travel_and_artifacts_go_by_a_bucket(
    cluster: Cluster, endpoint: str, file: Path
) -> None:
    secrets = {"key": "k", "secret": "hush"}
    bucket = s3fs.S3FileSystem(endpoint_url=endpoint, **secrets, skip_instance_cache=True, use_listings_cache=False)
    store = ArtifactStoreConfig(path="s3://bucket/team", options={"endpoint_url": endpoint})
    options = SubmitOptions(artifact_store=store, store_secrets=secrets)
    spec = load(f"{file}:flow").trace({})
    assert spec.code is not None
    with pytest.raises(RejectedError, match=r"could not be kept .*bucket.* largest, as zipped: table\.csv"):
        await submit(cluster, spec, options)
    assert not [one for one in await cluster.list(CONFIGMAPS) if one["metadata"]["name"].startswith("run-")]
    bucket.mkdir("bucket")
    first = await submit(cluster, spec, options)
    assert first.code.endswith("KiB of code (sent)")
    key = f"bucket/team/code/{spec.code.digest}.zip"
    assert bucket.size(key) == len(spec.code.data)
    view = await ended(cluster, first.run)
    assert view.state is RunState.SUCCEEDED, view.why
    assert step_of(view, "measure").results == {"output": SIZE}
    assert step_of(view, "read").results["output"]["uri"].startswith(f"s3://bucket/team/artifacts/{first.run}/")
    assert not any("hush" in str(one) for one in await cluster.list(CONFIGMAPS))
    bucket.pipe_file(key, b"of another size")
    assert await keep_code(spec.code, store, secrets), "it is sent again"
    bucket.pipe_file(key, b"x" * len(spec.code.data))
    second = await submit(cluster, spec, options)
    assert second.code.endswith("KiB of code (there already)")
    told = f"not the one of this run (SHA-256 .* somebody replaced it. Delete code/{spec.code.digest}.zip"
    assert re.search(told.replace("(", r"\("), (await ended(cluster, second.run)).why)

    # What a deleted run has left there goes, and nothing else.
    foreign = f"bucket/team/artifacts/{first.run}/o000000000000-00000000/pod/0-output-1.bin"
    bucket.pipe_file(foreign, b"x")
    owner = step_of(view, "read").results["output"]["uri"].split("/")[-3]
    foreign_log = f"bucket/team/logs/{first.run}/o000000000000-00000000/pod/u.00001.log"
    for log in (foreign_log, f"bucket/team/logs/{first.run}/{owner}/pod/u.00001.end.log"):
        bucket.pipe_file(log, b"x")
    reclaiming = Reclaiming(cluster, ["default"], store, secrets, before=time.time() + 3600)
    whys = {"its run is there", "of another namespace or cluster", "of another namespace or cluster, too"}
    assert {one.why for one in await reclaiming.plan()} == whys  # `keep_code` above was not told where it is
    bucket.rm(f"bucket/team/code/{spec.code.digest}.unknown")
    assert "a run or a schedule names it" in {one.why for one in await reclaiming.plan()}
    await delete_run(cluster, first.run)
    plan = await reclaiming.plan()
    going = [one for one in plan if one.goes]
    assert {(one.run, one.namespace) for one in going} == {(first.run, "default")}
    assert {one.stored.key.partition("/")[0] for one in going} == {"artifacts", "logs"}
    young = Reclaiming(cluster, ["default"], store, secrets, before=time.time() - 3600)
    assert {str(error) for _, error in await young.carry_out(plan)} == {"By now: too young."}
    assert {error for _, error in await reclaiming.carry_out(plan)} == {None}
    assert bucket.find(f"bucket/team/logs/{first.run}") == [foreign_log]
    await delete_run(cluster, second.run)
    plan = await reclaiming.plan()
    codes = [one for one in plan if one.goes and one.stored.key.startswith("code/")]
    assert [error for _, error in await reclaiming.carry_out(codes)] == [None, None], "the code and its mark"
    assert bucket.find("bucket/team/artifacts") + bucket.find("bucket/team/code") == [foreign]


async def test_what_was_started_with_it_is_given_other_parameters_by_the_package_in_the_bucket(
    embedded: EmbeddedCluster,
    cluster: Cluster,
    endpoint: str,
    file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("K8STUI_STACKS", str(tmp_path / "stacks.yaml"))
    secrets = {"key": "k", "secret": "hush"}
    bucket = s3fs.S3FileSystem(endpoint_url=endpoint, **secrets, skip_instance_cache=True, use_listings_cache=False)
    bucket.mkdir("kept")
    store = ArtifactStoreConfig(path="s3://kept/team", options={"endpoint_url": endpoint})
    options = SubmitOptions(artifact_store=store, store_secrets=secrets)
    spec = load(f"{file}:flow").trace({})
    assert spec.code is not None
    first = (await submit(cluster, spec, options)).run
    await cluster.delete(JOBS, first)  # Only one of these runs has to run.
    name = (await create_schedule(cluster, spec, ScheduleSpec(cron="0 0 29 2 *"), options)).name

    # The secrets of a run are those that are registered here, those of a schedule are its own.
    with pytest.raises(InvalidInputError, match="no such artifact store is registered here"):
        await rerun_with(cluster, first, {"times": "2"})
    registered = ArtifactStore(config=store, secrets=tuple(secrets))
    StackFile().change(lambda _: StackDocument(artifact_stores={"mine": registered}))
    Secrets(StackFile().path).keep("artifact_store/mine", secrets)
    again = await kept_run(cluster, (await rerun_with(cluster, first, {"times": "2"})).run)
    await cluster.delete(JOBS, again.run)
    assert (again.plan.parameters, await again.code()) == ({"times": 2}, spec.code.data)

    edit = await completed(cluster, name, ScheduleEdit(), parameters={"times": "3"})
    assert (await edit_schedule(cluster, name, edit)).parameters == {"times": 3}
    await asyncio.to_thread(file.write_text, FLOW.replace("* times", "* times + 1"))
    other = await completed(cluster, name, ScheduleEdit(), target=f"{file}:flow")
    await edit_schedule(cluster, name, other)
    assert len(bucket.glob("kept/team/code/*.zip")) == 2
    run = await trigger_schedule(cluster, name)
    await is_listed(cluster, run)
    assert step_of(await ended(cluster, run), "measure").results == {"output": 3 * SIZE + 1}

    told = await asyncio.to_thread(
        Shell(tmp_path, embedded.kubeconfig).k8stui, "artifact-store", "prune", "mine", "--dry-run", "-n", "default"
    )
    stay = "4 stay: a run or a schedule names it\n1 stays: its run is there\n"
    assert (told.stdout, told.stderr) == ("", f"0 of 5 objects go, 0B.\n{stay}")

    # What is there is checked before it is loaded.
    bucket.pipe_file(f"kept/team/code/{spec.code.digest}.zip", b"other")
    with pytest.raises(ConflictError, match="holds other code than was submitted"):
        await rerun_with(cluster, first, {"times": "2"})
    bucket.rm(f"kept/team/code/{spec.code.digest}.zip")
    with pytest.raises(NotFoundError, match=r"code/.*\.zip is gone"):
        await rerun_with(cluster, first, {"times": "2"})


async def test_without_a_bucket_within_reach_nothing_is_made_and_the_ways_out_are_told(
    cluster: Cluster, file: Path
) -> None:
    spec = load(f"{file}:flow").trace({})
    claim = ArtifactStoreConfig(path="file:///mnt/artifacts", claim="artifacts")
    for store, why in ((None, "there is no artifact store"), (claim, "is a volume that only pods reach")):
        with pytest.raises(InvalidInputError, match=rf"than the 700 KiB .*{why}.* table\.csv \(8\d\d KiB\)") as told:
            await submit(cluster, spec, SubmitOptions(artifact_store=store))
        assert ".k8stuiignore" in told.value.hint
    assert not [one for one in await cluster.list(CONFIGMAPS) if one["metadata"]["name"].startswith(("run-", "code-"))]
