"""Connectors of things at hand: which clusters they reach, and the way in that they give."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from k8stui.cluster.login import Login
from k8stui.model.errors import InvalidInputError, NotFoundError, UnreachableError
from k8stui.model.stacks import ServiceConnector
from k8stui.stacks.connectors.base import Connector
from k8stui.stacks.connectors.types import connector_of


def made(kind: str, *, resource: str = "", secrets: dict[str, str] | None = None, **config: Any) -> Connector:
    return connector_of("eu", ServiceConnector(type=kind, resource=resource, config=config), secrets or {})


async def header(login: Login) -> str:
    return (await login.credentials.current()).headers.get("Authorization", "")


def kubeconfig(folder: Path, *contexts: str, current: str = "") -> Path:
    path = folder / "config"
    content = {
        "current-context": current,
        "clusters": [{"name": name, "cluster": {"server": f"https://{name}:6443"}} for name in contexts],
        "users": [{"name": name, "user": {"token": f"token-of-{name}"}} for name in contexts],
        "contexts": [
            {"name": name, "context": {"cluster": name, "user": name, "namespace": f"ns-{name}"}} for name in contexts
        ],
    }
    path.write_text(yaml.safe_dump(content))
    return path


async def test_the_contexts_of_a_kubeconfig_are_its_clusters(tmp_path: Path) -> None:
    path = kubeconfig(tmp_path, "prod", "dev", current="dev")
    connector = made("kubeconfig", kubeconfig=str(path))
    assert await connector.clusters() == ["dev", "prod"]
    login = await connector.login("prod")
    assert (login.endpoint.server, login.namespace) == ("https://prod:6443", "ns-prod")
    assert (login.endpoint.connector, login.endpoint.context, login.endpoint.kubeconfig) == ("eu", "prod", str(path))
    assert await header(login) == "Bearer token-of-prod"
    assert (await connector.login()).endpoint.server == "https://dev:6443"  # the current one, as kubectl has it
    with pytest.raises(NotFoundError, match="no context 'test'"):
        await connector.login("test")


async def test_a_connector_for_one_resource_leads_nowhere_else(tmp_path: Path) -> None:
    path = kubeconfig(tmp_path, "prod", "dev", current="dev")
    connector = made("kubeconfig", resource="prod", kubeconfig=str(path))
    assert await connector.clusters() == ["prod"]
    login = await connector.login()
    assert (login.endpoint.server, login.namespace) == ("https://prod:6443", "ns-prod")
    with pytest.raises(NotFoundError, match="'eu' reaches no cluster 'dev'") as told:
        await connector.login("dev")
    assert told.value.hint == "It reaches: prod"


async def test_a_kubeconfig_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match="no kubeconfig at"):
        await made("kubeconfig", kubeconfig=str(tmp_path / "none")).clusters()


async def test_a_token_goes_with_all_that_is_said_about_the_server(tmp_path: Path) -> None:
    authority = tmp_path / "ca.crt"
    authority.write_text("PEM")
    connector = made(
        "token",
        secrets={"token": "t0p"},
        server="https://10.0.0.1:6443/",
        certificate_authority=str(authority),
        tls_server_name="kubernetes",
        proxy_url="http://proxy:3128",
    )
    assert await connector.clusters() == ["10.0.0.1"]
    login = await connector.login()
    endpoint = login.endpoint
    assert (endpoint.server, endpoint.authority) == ("https://10.0.0.1:6443", b"PEM")
    assert (endpoint.tls_server_name, endpoint.proxy) == ("kubernetes", "http://proxy:3128")
    assert await header(login) == "Bearer t0p"


async def test_a_token_file_is_read_and_read_again_when_it_was_refused(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("one")
    login = await made("token", server="https://server", cluster="dev", token_file=str(file)).login("dev")
    refused = await login.credentials.current()
    file.write_text("two")
    assert await login.credentials.reload(refused)
    assert await header(login) == "Bearer two"


async def test_a_connector_without_its_token_says_how_to_give_it() -> None:
    with pytest.raises(InvalidInputError, match="'eu' has no token") as told:
        await made("token", server="https://server").login()
    assert "k8stui service-connector update eu --secret token" in told.value.hint


async def test_a_plugin_gets_its_arguments_variables_and_secrets(tmp_path: Path) -> None:
    script = tmp_path / "plugin.py"
    script.write_text(
        "import json, os, sys\n"
        "token = ' '.join([sys.argv[1], os.environ['REGION'], os.environ['API_KEY']])\n"
        "version = json.loads(os.environ['KUBERNETES_EXEC_INFO'])['apiVersion']\n"
        "print(json.dumps({'apiVersion': version, 'kind': 'ExecCredential', 'status': {'token': token}}))\n"
    )
    connector = made(
        "exec",
        secrets={"API_KEY": "k3y"},
        server="https://server",
        command=sys.executable,
        args=[str(script), "login"],
        env={"REGION": "eu"},
        api_version="client.authentication.k8s.io/v1beta1",
    )
    assert await header(await connector.login()) == "Bearer login eu k3y"


async def test_the_pod_that_this_runs_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connector = made("in-cluster")
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    with pytest.raises(UnreachableError, match="does not run in a pod"):
        await connector.login()
    for name, text in (("token", "pod-token"), ("namespace", "jobs")):
        (tmp_path / name).write_text(text)
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    monkeypatch.setenv("K8STUI_SERVICEACCOUNT_DIR", str(tmp_path))
    login = await connector.login("in-cluster")
    assert (login.endpoint.server, login.namespace) == ("https://10.0.0.1:443", "jobs")
    assert await header(login) == "Bearer pod-token"
    with pytest.raises(NotFoundError, match="reaches no cluster 'prod'"):
        await connector.login("prod")


@pytest.mark.parametrize(
    ("kind", "config", "message"),
    [
        ("ldap", {}, "connector.type: 'ldap' is not possible: it should be one of kubeconfig, token"),
        ("token", {}, "connector eu.server"),
        ("token", {"server": "10.0.0.1"}, r"connector.server: '10.0.0.1' is not possible"),
        ("token", {"server": "https://a", "proxy_url": "socks5://b"}, "connector.proxy_url: 'socks5://b'"),
        ("token", {"server": "https://a", "certificate_authority": "ca.crt"}, "connector.certificate_authority: 'ca"),
        ("exec", {"server": "https://a"}, "connector eu.command"),
        ("exec", {"server": "https://a", "command": "x", "interactive_mode": "no"}, "connector.interactive_mode: 'no'"),
        ("kubeconfig", {"kubeconfg": "/x"}, "kubeconfg"),
    ],
)
def test_what_is_wrong_is_told_with_field_and_value(kind: str, config: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        made(kind, **config)


async def test_secrets_are_in_no_repr() -> None:
    connector = made("token", server="https://server", secrets={"token": "t0p"})
    login = await connector.login()
    assert "t0p" not in repr(connector) + repr(login) + repr(await login.credentials.current())
    assert "t0p" not in json.dumps(connector.config.model_dump())
