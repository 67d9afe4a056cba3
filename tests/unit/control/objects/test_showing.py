"""Objects as YAML: readable, read back the same, and never with what a Secret holds."""

from __future__ import annotations

import base64
import json
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from k8stui.control.objects.showing import as_yaml
from k8stui.control.words.harmless import harmless

PASSWORD = "correct horse battery staple"


def secret() -> dict[str, Any]:
    data = {"password": base64.b64encode(PASSWORD.encode()).decode()}
    applied = json.dumps({"data": data})
    annotations = {"kubectl.kubernetes.io/last-applied-configuration": applied, "team": "ml"}
    return {"kind": "Secret", "metadata": {"name": "db", "annotations": annotations}, "data": data}


def test_the_data_of_a_secret_is_never_shown_only_how_long_it_is() -> None:
    shown = as_yaml(secret())
    assert yaml.safe_load(shown)["data"] == {"password": f"<{len(PASSWORD)} bytes>"}
    assert yaml.safe_load(shown)["metadata"]["annotations"] == {"team": "ml"}
    assert PASSWORD not in shown
    assert secret()["data"]["password"] not in shown


def test_plain_data_of_a_secret_is_not_shown_either() -> None:
    assert PASSWORD not in as_yaml({"kind": "Secret", "metadata": {}, "stringData": {"password": PASSWORD}})


def test_managed_fields_are_left_out() -> None:
    shown = as_yaml({"kind": "Pod", "metadata": {"name": "x", "managedFields": [{"manager": "kubectl"}]}})
    assert yaml.safe_load(shown) == {"kind": "Pod", "metadata": {"name": "x"}}


def test_the_order_of_fields_and_lines_of_text_stay() -> None:
    shown = as_yaml({"kind": "ConfigMap", "metadata": {"name": "x"}, "data": {"b": "one\ntwo\n", "a": "京"}})
    assert shown == "kind: ConfigMap\nmetadata:\n  name: x\ndata:\n  b: |\n    one\n    two\n  a: 京\n"


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=30), max_size=4))
def test_any_text_is_read_back_the_same_and_is_harmless_on_a_terminal(data: dict[str, str]) -> None:
    found = {"kind": "ConfigMap", "metadata": {"name": "x"}, "data": data}
    shown = as_yaml(found)
    assert yaml.safe_load(shown) == found
    assert all(harmless(line) == line for line in shown.split("\n"))
