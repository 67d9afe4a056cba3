"""Artifacts in a bucket, by a server that speaks S3."""

from __future__ import annotations

import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import s3fs
from moto.server import ThreadedMotoServer

from k8stui.incluster.runner.requiring import added
from k8stui.incluster.runner.storing.artifacts import Artifacts
from k8stui.incluster.runner.storing.buckets import PART
from k8stui.incluster.runner.storing.stores import StoreError, open_store
from tests.unit.incluster.keeping import TASK, kept
from tests.unit.incluster.wheels import wheel


def command(bucket: dict[str, Any], name: str, body: bytes = b"") -> None:
    """Tells the server something that is no S3."""
    url = f"{bucket['endpoint_url']}/moto-api/{name}"
    request = urllib.request.Request(url, body, headers={"Content-Type": "text/plain"})
    urllib.request.urlopen(request).close()


@pytest.fixture
def bucket() -> Iterator[dict[str, Any]]:
    """The options of an S3 filesystem with a bucket called `bucket`."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    options = {"endpoint_url": f"http://{host}:{port}", "key": "k", "secret": "hush", "skip_instance_cache": True}
    s3fs.S3FileSystem(**options).mkdir("bucket")
    yield options
    command(options, "reset")
    server.stop()


def test_a_bucket_keeps_what_a_folder_does(bucket: dict[str, Any], tmp_path: Path) -> None:
    secrets = {name: bucket.pop(name) for name in ("key", "secret")}
    store = Artifacts({"path": "s3://bucket/team", "options": bucket}, secrets, TASK, str(tmp_path))
    for value in (list(range(3000)), {1, 2}, b"x" * 100):
        reference = kept(store, value)
        assert reference["uri"].startswith("s3://bucket/team/artifacts/r-1/-/r-1-make-1/0-o-")
        assert store.open(reference) == value
    assert list(tmp_path.iterdir()) == []  # what was on its way is gone
    store._store._system.rm(reference["uri"])  # type: ignore[attr-defined]  # of RemoteStore
    with pytest.raises(StoreError, match="is not there any more"):
        store.open(reference)
    with pytest.raises(StoreError, match=r"cannot be written: .*[Bb]ucket.*Its credentials are"):
        kept(Artifacts({"path": "s3://another", "options": bucket}, secrets, TASK, str(tmp_path)), {1})


def test_an_upload_that_breaks_off_leaves_no_half_artifact(
    bucket: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Artifacts({"path": "s3://bucket", "options": bucket}, {}, TASK, str(tmp_path))
    system = store._store._system  # type: ignore[attr-defined]  # of RemoteStore
    call, parts = system._call_s3, []

    async def breaking(method: str, *args: Any, **kwargs: Any) -> Any:
        if method == "upload_part":
            parts.append(kwargs["PartNumber"])
            if len(parts) > 1:
                raise OSError("connection reset")
        return await call(method, *args, **kwargs)

    monkeypatch.setattr(system, "_call_s3", breaking)
    with pytest.raises(StoreError, match="cannot be written: OSError: connection reset"):
        kept(store, b"x" * (40 << 20))
    assert len(parts) > 1
    assert system.find("bucket") == []
    assert list(tmp_path.iterdir()) == []


def test_an_upload_that_is_complete_though_its_answer_was_lost_counts_and_is_read_in_parts(
    bucket: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Artifacts({"path": "s3://bucket", "options": bucket}, {}, TASK, str(tmp_path))
    system = store._store._system  # type: ignore[attr-defined]  # of RemoteStore
    call, completed, asked = system._call_s3, [], []

    async def asked_again(method: str, *args: Any, **kwargs: Any) -> Any:
        answer = await call(method, *args, **kwargs)
        if method == "complete_multipart_upload":
            completed.append(answer)
            raise FileNotFoundError("The specified upload does not exist.")
        asked.append(kwargs.get("Range"))
        return answer

    monkeypatch.setattr(system, "_call_s3", asked_again)
    reference = kept(store, b"x" * (40 << 20))
    assert len(completed) == 1
    asked.clear()
    assert store.open(reference) == b"x" * (40 << 20)
    parts = sorted(tuple(map(int, told[6:].split("-"))) for told in asked if told)
    assert len(parts) == 3  # each of them is in memory as a whole
    assert max(last + 1 - first for first, last in parts) == PART


def test_credentials_that_are_wrong_are_said_to_be(bucket: dict[str, Any], tmp_path: Path) -> None:
    command(bucket, "reset-auth", b"0")
    try:
        with pytest.raises(StoreError) as caught:
            kept(Artifacts({"path": "s3://bucket", "options": bucket}, {}, TASK, str(tmp_path)), {1})
    finally:
        command(bucket, "reset-auth", b"inf")
    assert "s3://bucket/artifacts/" in str(caught.value)
    assert "Access Key Id you provided does not exist" in str(caught.value)
    assert "the secrets of the artifact store" in str(caught.value)
    assert bucket["secret"] not in str(caught.value).split()


def test_a_filesystem_that_the_image_lacks_is_installed_when_it_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store, options = {"path": "az://box"}, {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path / "index")}
    for name, value in options.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "path", [*sys.path])
    with pytest.raises(StoreError, match=r"needs the package adlfs, .*could not be installed"):
        Artifacts(store, {}, TASK, str(tmp_path))
    source = (
        "from fsspec.implementations.memory import MemoryFileSystem\nclass AzureBlobFileSystem(MemoryFileSystem): ..."
    )
    wheel(tmp_path / "index", "adlfs", source)
    monkeypatch.setitem(sys.modules, "adlfs", None)  # so that it is gone afterwards
    del sys.modules["adlfs"]
    with pytest.raises(StoreError, match=r"needs the package adlfs, .* nothing is installed for a log alone"):
        open_store(store["path"], {}, str(tmp_path), "python:3", install=False)
    assert not (tmp_path / "added" / "target" / "adlfs.py").exists()
    artifacts = Artifacts(store, {}, TASK, str(tmp_path))
    assert artifacts.open(kept(artifacts, {1, 2})) == {1, 2}
    assert "k8stui: installed adlfs for the artifact store in" in capsys.readouterr().err
    assert sys.path[-1].startswith(str(tmp_path))
    # What the step has installed its supervisor finds, which is another process.
    del sys.path[-1]
    added(str(tmp_path))
    assert sys.path[-1].startswith(str(tmp_path))
