"""The HTTP client itself, against servers on loopback."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from aiohttp import StreamReader, web

from k8stui.cluster import transport
from k8stui.cluster.client import Cluster
from k8stui.cluster.errors import NotStartedError
from k8stui.cluster.login import Login
from k8stui.cluster.requests import Requests
from k8stui.cluster.resources import CONFIGMAPS, PODS
from k8stui.cluster.retry import NO_RETRY
from k8stui.cluster.tls import Endpoint, tls_context
from k8stui.cluster.transport import Timeouts, Transport
from k8stui.model.errors import K8stuiError, UnreachableError
from k8stui.version import __version__
from tests.unit.cluster.fakes import StaticCredentials, pod, pod_list, refusal, serve


async def test_requests_say_who_they_are() -> None:
    async with serve(_ok) as api, api.cluster() as cluster:
        await cluster.get(PODS, "a")
        assert api.seen[0].headers["User-Agent"] == f"k8stui/{__version__}"
        assert api.seen[0].headers["Authorization"] == "Bearer token"


async def _ok(request: web.Request) -> web.StreamResponse:
    return web.json_response({})


async def test_a_path_in_the_servers_url_is_kept() -> None:
    async with serve(_ok) as api:
        api.url += "/k8s/clusters/c-1"
        async with api.cluster() as cluster:
            await cluster.get(PODS, "a")
        assert api.seen[0].path == "/k8s/clusters/c-1/api/v1/namespaces/ns/pods/a"


async def test_a_rotated_token_is_picked_up_on_401() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        fresh = request.headers["Authorization"] == "Bearer new"
        return web.json_response(pod("a") if fresh else refusal(401, "Unauthorized"), status=200 if fresh else 401)

    credentials = StaticCredentials("old", "new")
    async with serve(handler) as api, api.cluster(credentials=credentials) as cluster:
        assert (await cluster.get(PODS, "a"))["metadata"] == pod("a")["metadata"]
        assert credentials.reloads == 1


async def test_a_rotated_token_is_picked_up_by_streams_too() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        fresh = request.headers["Authorization"] == "Bearer new"
        return web.Response(body=b"hello\n") if fresh else web.json_response(refusal(401), status=401)

    async with serve(handler) as api, api.cluster(credentials=StaticCredentials("old", "new")) as cluster:
        assert [line async for lines in cluster.logs("a") for line in lines] == [b"hello"]


async def test_an_answer_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        with suppress(ConnectionError):
            while True:
                await response.write(b" " * (1 << 18))
        return response

    monkeypatch.setattr(transport, "MOST", 3 << 20)
    async with serve(handler) as api, api.cluster() as cluster:
        with pytest.raises(UnreachableError, match=r"was not read to its end: it has more than 3 MiB\."):
            await cluster.get(PODS, "a")
        assert len(api.seen) == 1, "it is not asked again"


async def test_a_refused_connection_names_server_and_context() -> None:
    async with serve(_ok) as api:
        gone = api
    async with gone.cluster() as cluster:
        with pytest.raises(
            UnreachableError, match=r"at http://127.0.0.1:\d+ \(context test\): Connection refused"
        ) as caught:
            await cluster.get(PODS, "a")
    assert "kubectl --context test version" in caught.value.hint


async def test_a_server_that_does_not_answer_in_time() -> None:
    forever = asyncio.Event()

    async def handler(request: web.Request) -> web.StreamResponse:
        await forever.wait()
        return web.Response()

    async with serve(handler) as api, api.cluster(policy=NO_RETRY, timeouts=Timeouts(total=0.05)) as cluster:
        with pytest.raises(UnreachableError, match="No answer from the cluster at"):
            await cluster.get(PODS, "a")


async def test_a_connection_cut_after_the_request_was_stored_is_no_failure() -> None:
    stored: dict[str, object] = {}

    async def handler(request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            return web.json_response(stored)
        if stored:
            return web.json_response(refusal(409, "AlreadyExists"), status=409)
        stored.update(await request.json())
        assert request.transport
        request.transport.abort()
        return web.Response()

    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
    async with serve(handler) as api, api.cluster() as cluster:
        assert (await cluster.create(manifest))["metadata"]["name"] == "a"
        assert [request.method for request in api.seen] == ["POST", "POST", "GET"]


async def test_many_followed_logs_do_not_starve_requests() -> None:
    done = asyncio.Event()

    async def handler(request: web.Request) -> web.StreamResponse:
        if not request.path.endswith("/log"):
            return web.json_response(pod_list())
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"line\n")
        await done.wait()
        return response

    async with serve(handler) as api, api.cluster() as cluster:
        followed = [cluster.logs(f"p{number}", follow=True) for number in range(120)]
        assert await asyncio.gather(*[anext(log) for log in followed]) == [[b"line"]] * 120
        async with asyncio.timeout(60):
            await cluster.list(CONFIGMAPS)
        done.set()
        for log in followed:
            assert [lines async for lines in log] == []


async def test_of_a_log_line_of_10_megabytes_the_beginning_comes() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"first\n" + b"x" * 10_000_000 + b"\nlast")

    async with serve(handler) as api, api.cluster() as cluster:
        lines = [line async for lines in cluster.logs("a") for line in lines]
    assert lines == [b"first", b"x" * (1 << 20) + b" [8,951,424 more bytes]", b"last"]


async def test_logs_of_a_pod_that_has_not_started_are_told_apart() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        said = 'container "c" in pod "a" is waiting to start: ContainerCreating'
        return web.json_response(refusal(400, "BadRequest", said), status=400)

    async with serve(handler) as api, api.cluster() as cluster:
        with pytest.raises(NotStartedError, match="waiting to start"):
            await anext(cluster.logs("a"))


async def test_a_log_that_breaks_off_is_an_error_and_not_an_end() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"one\ntwo\n")
        assert request.transport
        request.transport.close()
        return response

    async with serve(handler) as api, api.cluster() as cluster:
        log = cluster.logs("a", follow=True)
        assert await anext(log) == [b"one", b"two"]
        with pytest.raises(UnreachableError, match="broke off"):
            await anext(log)


async def test_a_connection_that_goes_between_two_reads_is_an_error_that_is_understood(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"one\n")
        await asyncio.Event().wait()
        return response

    async def went(self: StreamReader, func_name: str) -> None:
        raise RuntimeError("Connection closed.")

    async with serve(handler) as api, api.cluster() as cluster:
        log = cluster.logs("a", follow=True)
        assert await anext(log) == [b"one"]
        monkeypatch.setattr(StreamReader, "_wait", went)
        with pytest.raises(UnreachableError, match=r"was lost: Connection closed\."):
            await anext(log)


def certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for the name k8s.test."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl to make a certificate")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2",
         "-subj", "/CN=k8s.test", "-addext", "subjectAltName=DNS:k8s.test"],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


async def tls_get(cert: Path, key: Path, endpoint: dict[str, Any]) -> str:
    """One request to a TLS server on loopback; what came of it."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    application = web.Application()
    application.router.add_get("/{path:.*}", _ok)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    target = Endpoint(f"https://127.0.0.1:{runner.addresses[0][1]}", "test", **endpoint)
    try:
        async with Cluster(Requests(Transport(Login(target, StaticCredentials()))), namespace="ns") as cluster:
            await cluster.get(PODS, "a")
    except K8stuiError as error:
        return str(error)
    else:
        return "ok"
    finally:
        await runner.cleanup()


async def test_certificates_are_checked_against_the_authority_and_the_name(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    authority = cert.read_bytes()
    assert await tls_get(cert, key, {"authority": authority, "tls_server_name": "k8s.test"}) == "ok"
    assert await tls_get(cert, key, {"insecure": True}) == "ok"
    assert "is not trusted: self-signed certificate" in await tls_get(cert, key, {})
    assert "IP address mismatch" in await tls_get(cert, key, {"authority": authority})


def test_a_client_certificate_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    cert, key = certificate(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    pair = cert.read_bytes(), key.read_bytes()
    assert tls_context(Endpoint("https://server"), pair) is not None
    assert list((tmp_path / "tmp").iterdir()) == []
    with pytest.raises(UnreachableError, match="client certificate of context 'c' is not usable"):
        tls_context(Endpoint("https://server", "c"), (b"no", b"pem"))
    with pytest.raises(UnreachableError, match="certificate-authority of context 'c' is not usable"):
        tls_context(Endpoint("https://server", "c", authority=b"no pem"), None)


def test_the_http_client_is_loaded_only_when_a_cluster_is_needed() -> None:
    code = "import sys, k8stui.cluster.mirror; print('aiohttp' in sys.modules, 'kubernetes' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert printed.split() == ["False", "False"]
