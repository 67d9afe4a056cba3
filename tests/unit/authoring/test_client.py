"""`Client`, as far as it needs no cluster."""

from __future__ import annotations

import pytest

from k8stui import Client
from k8stui.model.errors import InvalidInputError, UnreachableError


def test_a_wrong_choice_is_told_before_anything_is_sent() -> None:
    with pytest.raises(InvalidInputError, match="running: 'stopp' is neither 'keep' nor 'stop'"):
        Client().delete_schedule("nightly", running="stopp")


def test_without_a_way_to_a_cluster_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("K8STUI_KUBECONFIG", f"{tmp_path}/none")
    with pytest.raises(UnreachableError):
        Client().list_schedules()
