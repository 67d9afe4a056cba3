"""A cluster of which half of what it sends is wrong: verbs that look say what can be known, and nothing raw."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import yaml

from tests.cli import k8stui
from tests.hostile import raw
from tests.hostileapi import everything, hostile_api
from tests.unit.control.samples import RUN

LISTS = {
    "runs list -A": RUN,
    "pods list --all": f"{RUN}-load-1",
    "schedule list": "nightly",
    "schedule calendar": "nightly",
    "events": "Back-off pulling image",
    "diagnose": "",
    f"runs show {RUN}": "load",
    f"runs timeline {RUN}": "load",
    f"runs results {RUN}": "load",
    f"why {RUN}": RUN,
}
"""Verbs with formats, and what is well there and must be told beside all that is not."""

WORDS = {"diagnose", f"why {RUN}"}
"""Those that tell persons in sentences instead of tables."""

TEXTS = {
    f"runs describe {RUN}": "train[0]",
    f"runs describe {RUN}-w1": f"{RUN}-w1",
    f"runs graph {RUN}": "load",
    f"runs compare {RUN} {RUN}-w2": "load",
    f"pods describe {RUN}-load-1-h0": f"{RUN}-load-1-h0",
    f"pods yaml {RUN}-load-1-h3": f"{RUN}-load-1-h3",
    f"pods events {RUN}-load-1": "",
    "schedule describe nightly-h4": "nightly-h4",
    "schedule changes nightly": "",
    "doctor": "nodes",
}


@pytest.fixture(scope="module")
def _cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with (
        hostile_api(tmp_path_factory.mktemp("hostile"), everything()) as kubeconfig,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("KUBECONFIG", str(kubeconfig))
        yield


def said(line: str, *, codes: tuple[int, ...] = (0,)) -> tuple[str, str]:
    done = k8stui(*line.split())
    assert done.exit_code in codes, (line, done.output[-2000:], done.exception)
    assert not raw(done.stdout, allowed="\n\t"), line
    assert not raw(done.stderr, allowed="\n\t"), line
    return done.stdout, done.stderr


@pytest.mark.usefixtures("_cluster")
@pytest.mark.parametrize("line", LISTS)
def test_lists_hold_what_is_well_in_every_format(line: str) -> None:
    for form in ("json", "yaml") if line in WORDS else ("json", "yaml", "wide", "name"):
        out, err = said(f"{line} -o {form}", codes=(0, 1))
        assert form == "name" or LISTS[line] in out, (form, err)
        if form == "json":
            json.loads(out, parse_constant=pytest.fail)
        elif form == "yaml":
            yaml.load(out, Loader=yaml.CSafeLoader)


@pytest.mark.usefixtures("_cluster")
@pytest.mark.parametrize("line", TEXTS)
def test_descriptions_say_something(line: str) -> None:
    out, err = said(line, codes=(0, 1))
    assert TEXTS[line] in out + err
    assert "Please report" not in err


@pytest.mark.usefixtures("_cluster")
def test_of_a_line_of_megabytes_the_beginning_is_told_and_how_much_there_was() -> None:
    for form in ("text", "json"):
        out, _ = said(f"logs {RUN} --tail 20 -o {form}")
        lines = out.splitlines()
        longest = max(map(len, lines))
        assert 1_040_000 < longest < 1_050_000
        assert sum(" more bytes]" in one for one in lines) == sum(len(one) > 1_000_000 for one in lines)
        if form == "json":
            assert {json.loads(one)["kind"] for one in lines} <= {"log", "note"}
