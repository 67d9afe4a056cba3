"""Where credentials come from, and that they are renewed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from k8stui.cluster.credentials import Secret, TokenFile, UserCredentials
from k8stui.cluster.kubeconfig import Access, Entry
from k8stui.model.errors import UnreachableError

V1 = "client.authentication.k8s.io/v1"


def credentials(user: dict[str, Any], folder: Path, *, interactive: bool = False) -> UserCredentials:
    cluster = Entry({"server": "https://server"}, folder)
    return UserCredentials(Access("c", "", cluster, Entry(user, folder), folder / "config"), interactive=interactive)


def plugin(folder: Path, source: str, **spec: Any) -> dict[str, Any]:
    """A plugin of one Python program; `count` in its folder grows with each run."""
    script = folder / "plugin.py"
    script.write_text(
        f"import json, os, pathlib, sys\npathlib.Path({str(folder / 'count')!r}).open('a').write('x')\n{source}\n"
    )
    return {"exec": {"apiVersion": V1, "command": sys.executable, "args": [str(script)], **spec}}


def runs(folder: Path) -> int:
    return len((folder / "count").read_text())


def credential(**status: Any) -> str:
    return f"print({json.dumps(json.dumps({'apiVersion': V1, 'kind': 'ExecCredential', 'status': status}))})"


async def test_a_token_and_a_name_with_password(tmp_path: Path) -> None:
    assert (await credentials({"token": "t"}, tmp_path).current()).headers == {"Authorization": "Bearer t"}
    basic = await credentials({"username": "eve", "password": "pw"}, tmp_path).current()
    assert basic.headers == {"Authorization": "Basic ZXZlOnB3"}


async def test_a_token_file_comes_before_a_token(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-file\n")
    assert (await credentials({"token": "t", "tokenFile": "token"}, tmp_path).current()).headers == {
        "Authorization": "Bearer from-file"
    }


def test_a_token_file_is_read_again_after_a_minute(tmp_path: Path) -> None:
    path, now = tmp_path / "token", [0.0]
    path.write_text("one")
    file = TokenFile(path, now=lambda: now[0])
    assert file.token() == "one"
    path.write_text("two")
    now[0] = 59
    assert file.token() == "one"
    now[0] = 61
    assert file.token() == "two"
    path.unlink()
    now[0] = 200
    assert file.token() == "two"


async def test_a_refused_token_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("one")
    user = credentials({"tokenFile": "token"}, tmp_path)
    refused = await user.current()
    assert not await user.reload(refused)
    path.write_text("two")
    assert await user.reload(refused)


async def test_impersonation(tmp_path: Path) -> None:
    headers = (await credentials({"token": "t", "as": "eve", "as-groups": ["dev"]}, tmp_path).current()).headers
    assert (headers["Impersonate-User"], headers["Impersonate-Group"]) == ("eve", "dev")


def test_secrets_are_not_printed() -> None:
    assert "s3cret" not in repr(Secret({"Authorization": "s3cret"}, (b"s3cret", b"s3cret")))


async def test_a_plugin_runs_once_and_again_when_refused(tmp_path: Path) -> None:
    user = credentials(plugin(tmp_path, credential(token="t")), tmp_path)
    first = await user.current()
    assert first == await user.current() == Secret({"Authorization": "Bearer t"})
    assert runs(tmp_path) == 1
    assert not await user.reload(first)
    assert runs(tmp_path) == 2


async def test_requests_refused_together_run_the_plugin_once(tmp_path: Path) -> None:
    counting = f"n = pathlib.Path({str(tmp_path / 'count')!r}).stat().st_size\n"
    source = counting + f"print(json.dumps({{'apiVersion': '{V1}', 'status': {{'token': str(n)}}}}))"
    user = credentials(plugin(tmp_path, source), tmp_path)
    refused = await user.current()
    assert await user.reload(refused)
    assert await user.reload(refused)
    assert runs(tmp_path) == 2


async def test_an_expired_plugin_token_is_renewed_before_use(tmp_path: Path) -> None:
    user = credentials(plugin(tmp_path, credential(token="t", expirationTimestamp="2020-01-01T00:00:00Z")), tmp_path)
    await user.current()
    await user.current()
    assert runs(tmp_path) == 2


async def test_a_plugin_can_give_a_certificate(tmp_path: Path) -> None:
    source = credential(clientCertificateData="CERT", clientKeyData="KEY")
    assert (await credentials(plugin(tmp_path, source), tmp_path).current()).certificate == (b"CERT", b"KEY")


async def test_a_plugin_gets_its_environment_and_the_cluster(tmp_path: Path) -> None:
    source = (
        "info = json.loads(os.environ['KUBERNETES_EXEC_INFO'])\n"
        "token = ' '.join([os.environ['WHO'], info['spec']['cluster']['server'], str(info['spec']['interactive'])])\n"
        "print(json.dumps({'apiVersion': info['apiVersion'], 'status': {'token': token}}))"
    )
    spec = plugin(tmp_path, source, env=[{"name": "WHO", "value": "me"}], provideClusterInfo=True)
    headers = (await credentials(spec, tmp_path).current()).headers
    assert headers == {"Authorization": "Bearer me https://server False"}


async def test_a_failing_plugin_is_quoted(tmp_path: Path) -> None:
    user = credentials(plugin(tmp_path, "sys.exit('please log in')"), tmp_path)
    with pytest.raises(UnreachableError, match="exit code 1: please log in"):
        await user.current()


async def test_a_missing_plugin_shows_how_to_install_it(tmp_path: Path) -> None:
    spec = {"exec": {"apiVersion": V1, "command": "no-such-plugin", "installHint": "install it so"}}
    with pytest.raises(UnreachableError, match="'no-such-plugin' cannot be started") as caught:
        await credentials(spec, tmp_path).current()
    assert caught.value.hint == "install it so"


async def test_a_plugin_that_needs_a_terminal_does_not_get_ours(tmp_path: Path) -> None:
    user = credentials(plugin(tmp_path, credential(token="t"), interactiveMode="Always"), tmp_path)
    with pytest.raises(UnreachableError, match="needs a terminal"):
        await user.current()
    with_terminal = credentials(
        plugin(tmp_path, credential(token="t"), interactiveMode="Always"), tmp_path, interactive=True
    )
    assert (await with_terminal.current()).headers == {"Authorization": "Bearer t"}


@pytest.mark.parametrize("source", ["print('hello')", "print('[]')", credential(), credential(clientKeyData="k")])
async def test_a_plugin_that_answers_nonsense(tmp_path: Path, source: str) -> None:
    with pytest.raises(UnreachableError, match="The credential plugin"):
        await credentials(plugin(tmp_path, source), tmp_path).current()


async def test_an_outdated_plugin_version_is_named(tmp_path: Path) -> None:
    spec = {"exec": {"apiVersion": "client.authentication.k8s.io/v1alpha1", "command": "x"}}
    with pytest.raises(UnreachableError, match="v1alpha1, which is not supported"):
        await credentials(spec, tmp_path).current()


async def test_a_certificate_without_a_key(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match="no client-key"):
        await credentials({"client-certificate-data": "Q0VSVA=="}, tmp_path).current()
