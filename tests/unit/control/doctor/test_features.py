"""What the doctor says of rights, and the YAML that grants them."""

from __future__ import annotations

from pathlib import Path

import pytest

from k8stui.control.doctor.features import FEATURES, granting, joined, rights_findings
from k8stui.control.doctor.finding import Level
from k8stui.control.namespaces.rights import granted, right_of
from k8stui_tui.actions.needs import EVERY
from k8stui_tui.cli.doctor import _print_grants

ALL = {need: True for one in FEATURES for need in one.needs}


def test_every_right_that_an_action_of_the_screens_needs_belongs_to_a_feature() -> None:
    assert not set(EVERY) - set(ALL)


def test_who_may_do_all_is_told_so() -> None:
    found = rights_findings(ALL, "alice", "ml")
    assert {one.level for one in found} == {Level.OK}
    assert len(found) == len(FEATURES)


def test_a_missing_right_is_named_with_what_does_not_work_without_it() -> None:
    found = rights_findings({**ALL, "create jobs.batch": False, "list nodes": False}, "alice", "ml")
    told = {one.check: one for one in found if one.level is not Level.OK}
    assert told["rights: submit runs"].level is Level.PROBLEM
    assert told["rights: submit runs"].sentence == (
        "no run can be submitted: you may not create jobs.batch in namespace ml"
    )
    assert told["rights: steer runs"].level is Level.WARNING
    assert told["rights: see nodes"].sentence.endswith("you may not list nodes in the whole cluster")


def test_who_is_not_known_gets_no_manifest_but_is_told_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    found = rights_findings({**ALL, "list nodes": False}, "unknown", "ml")
    (one,) = (one for one in found if one.level is not Level.OK)
    assert not one.manifests
    assert one.fix == "An admin grants it: give them your user name on the cluster, which the server does not tell"
    _print_grants(found)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [f"{one.check}: {one.sentence}", one.fix]
    _print_grants(rights_findings(ALL, "unknown", "ml"))
    assert capsys.readouterr().err.startswith("You lack no right")


def test_a_feature_whose_rights_are_not_known_is_left_out() -> None:
    assert "rights: see nodes" not in {one.check for one in rights_findings({"list pods": True}, "a", "ml")}


def test_what_is_granted_is_what_was_missing() -> None:
    for feature in FEATURES:
        role, binding = granting(feature, "alice@example.com", "ml")
        assert all(granted(role["rules"], right_of(need)) for need in feature.needs)
        assert binding["roleRef"]["name"] == role["metadata"]["name"]
        assert binding["subjects"] == [
            {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "alice@example.com"}
        ]
        assert (role["metadata"].get("namespace") == "ml") is not feature.everywhere


def test_a_service_account_is_bound_as_one_and_any_name_fits_an_object() -> None:
    _, binding = granting(FEATURES[0], "system:serviceaccount:ci:builder", "ml")
    assert binding["subjects"] == [{"kind": "ServiceAccount", "namespace": "ci", "name": "builder"}]
    _, binding = granting(FEATURES[0], "arn:aws:iam::1:user/a", "ml")
    assert "/" not in binding["metadata"]["name"]


def test_rights_are_told_by_what_they_are_about() -> None:
    told = joined(["get pods", "list pods", "watch pods", "create jobs.batch"])
    assert told == "get, list and watch pods; create jobs.batch"


def test_the_page_on_security_tells_these_rights() -> None:
    page = (Path(__file__).resolve().parents[4] / "docs" / "security.md").read_text(encoding="utf-8")
    told = [line for line in page.splitlines() if line.startswith("| ")]
    for one in FEATURES:
        place = " (in the whole cluster)" if one.everywhere else ""
        assert f"| {one.name}{place} | {joined(one.needs)} |" in told
