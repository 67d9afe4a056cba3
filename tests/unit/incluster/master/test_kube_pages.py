"""Lists come page by page, and what is kept of each pod is only what was asked for."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.incluster.master.kube import Kube
from k8stui.incluster.master.watchers import UNENDED, list_pods, selector

PAGES: dict[str, dict[str, Any]] = {
    "": {"items": [{"name": "a"}, {"name": "b"}], "metadata": {"resourceVersion": "7", "continue": "next"}},
    "next": {"items": [{"name": "c"}], "metadata": {"resourceVersion": "7", "continue": "last"}},
    "last": {"items": None, "metadata": {"resourceVersion": "7"}},
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []

    def call(_kube: Kube, _method: str, _path: str, query: dict[str, str]) -> dict[str, Any]:
        found.append(query)
        return dict(PAGES[query.get("continue", "")])

    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
    monkeypatch.setenv("K8STUI_API_SCHEME", "http")
    monkeypatch.setattr(Kube, "call", call)
    return found


def test_all_pages_are_read_and_the_version_is_that_of_the_list(asked: list[dict[str, str]]) -> None:
    assert list_pods(Kube("n"), "r", lambda pod: pod["name"]) == (["a", "b", "c"], "7")
    assert asked == [
        {"labelSelector": selector("r"), "limit": "500"},
        {"labelSelector": selector("r"), "limit": "500", "continue": "next"},
        {"labelSelector": selector("r"), "limit": "500", "continue": "last"},
    ]


def test_the_server_is_asked_to_leave_out_what_has_ended(asked: list[dict[str, str]]) -> None:
    list_pods(Kube("n"), "r", lambda pod: pod, unended=True)
    assert {query["fieldSelector"] for query in asked} == {UNENDED}
