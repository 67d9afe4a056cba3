"""A run from a form, against the embedded cluster: what it is told to be, its stages, and the form of the next one."""

from __future__ import annotations

from pathlib import Path

import pytest

from k8stui.authoring.creating import Creating, FormChangedError, Order, RunForm
from k8stui.authoring.forms import FormError
from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.cluster.resources import CONFIGMAPS
from k8stui.control.runs.reading import list_runs, show_run
from k8stui.embedded import EmbeddedCluster
from k8stui.model.errors import RejectedError
from k8stui_tui.screens.create.screen import CreateScreen
from tests.embedded.command import shell
from tests.embedded.runs import ended
from tests.tui.create_app import NARROW, Host
from tests.tui.harness import screen_text


@pytest.fixture
def creating(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Creating:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "flows"
    folder.mkdir()
    shell(folder, folder)
    return Creating(cluster, folder)


async def form(creating: Creating, name: str = "quick") -> RunForm:
    offers = await creating.offers()
    return await creating.form(next(one.found for one in offers.pipelines if one.name == name and one.found))


def order(made: RunForm, **texts: str) -> Order:
    return Order(made.found, made.fields, {**made.texts, **texts}, image="")


async def test_a_form_becomes_a_run_and_the_next_form_begins_with_its_parameters(
    cluster: Cluster, creating: Creating
) -> None:
    made = await form(creating)
    assert (made.earlier, made.texts, [one.default for one in made.fields]) == (None, {}, ["3"])
    stages: list[str] = []
    ref = await creating.submit(order(made, n="5"), stages.append)
    assert stages == [
        "reading quick.py",
        "looking at namespace default",
        f"creating the record of {ref.run}, checking 2 pods with the server",
        "creating the plan",
        "creating the orchestrator's Job",
    ]
    run = await ended(cluster, ref.run)
    assert (run.state.value, run.parameters, run.source.target) == ("succeeded", {"n": 5}, "quick.py:quick")

    again = await form(creating)
    assert again.earlier is not None
    assert (again.earlier.run.run, again.texts, again.lost) == (ref.run, {"n": "5"}, ())
    (offer,) = [one for one in (await creating.offers()).pipelines if one.name == "quick"]
    assert offer.last is not None
    assert (offer.last.run, offer.last.state.value) == (ref.run, "succeeded")


async def test_no_path_of_this_machine_gets_into_the_record(
    cluster: Cluster, creating: Creating, tmp_path: Path
) -> None:
    ref = await creating.submit(order(await form(creating)), lambda _: None)
    for found in await cluster.list(CONFIGMAPS):
        assert str(tmp_path) not in str(found)
    assert ref.run


async def test_a_run_of_another_file_is_no_example(cluster: Cluster, creating: Creating, tmp_path: Path) -> None:
    await creating.submit(order(await form(creating), n="5"), lambda _: None)
    (tmp_path / "flows" / "quick.py").rename(tmp_path / "flows" / "other.py")
    made = await form(creating)
    assert (made.found.source, made.earlier, made.texts) == ("other.py:quick", None, {})
    # By its name it still is the last run.
    (offer,) = [one for one in (await creating.offers()).pipelines if one.name == "quick"]
    assert offer.last is not None


async def test_a_run_whose_file_is_not_here_is_offered_without_one(
    cluster: Cluster, creating: Creating, tmp_path: Path
) -> None:
    await creating.submit(order(await form(creating)), lambda _: None)
    (tmp_path / "flows" / "quick.py").unlink()
    offers = (await creating.offers()).pipelines
    assert [(one.name, one.found is None, one.last is None) for one in offers] == [
        ("slow", False, True),
        ("quick", True, False),
    ]


async def test_mistakes_submit_nothing(cluster: Cluster, creating: Creating) -> None:
    made = await form(creating)
    with pytest.raises(FormError) as caught:
        await creating.submit(order(made, n="many"), lambda _: None)
    assert caught.value.problems["n"].startswith("'many' is not an int")
    assert await list_runs(cluster) == []


async def test_a_file_that_was_edited_meanwhile_submits_nothing_until_its_form_was_seen(
    cluster: Cluster, creating: Creating, tmp_path: Path
) -> None:
    made = await form(creating)
    file = tmp_path / "flows" / "quick.py"
    file.write_text(file.read_text().replace("n: int = 3", "n: int = 4"))
    with pytest.raises(FormChangedError) as caught:
        await creating.submit(order(made), lambda _: None)
    assert [one.default for one in caught.value.fields] == ["4"]
    assert await list_runs(cluster) == []
    edited = Order(made.found, caught.value.fields, {})
    ref = await creating.submit(edited, lambda _: None)
    assert (await show_run(cluster, ref.run)).parameters == {"n": 4}


async def test_what_the_server_refuses_leaves_nothing_behind(
    cluster: Cluster, creating: Creating, tmp_path: Path
) -> None:
    file = tmp_path / "flows" / "quick.py"
    text = "@pipeline(settings={'pod_settings': {'resources': {'requests': {'cpu': '2'}, 'limits': {'cpu': '1'}}}})"
    file.write_text(file.read_text().replace("@pipeline", text))
    with pytest.raises(RejectedError, match="The pod of step 'load' is refused"):
        await creating.submit(order(await form(creating)), lambda _: None)
    assert await list_runs(cluster) == []


async def test_without_the_right_to_list_runs_the_files_are_still_offered(
    embedded: EmbeddedCluster, creating: Creating, tmp_path: Path
) -> None:
    async with await connect(kubeconfig=embedded.service_account_kubeconfig("default", "default")) as stranger:
        theirs = Creating(stranger, tmp_path / "flows")
        offers = await theirs.offers()
        assert [one.name for one in offers.pipelines] == ["quick", "slow"]
        assert offers.notes[0].startswith("Earlier runs are not known: ")
        made = await theirs.form(offers.pipelines[0].found or pytest.fail("it has a file"))
        assert (made.name, made.earlier) == ("quick", None)


async def test_the_dialog_starts_a_run_from_a_file_and_shows_what_the_server_refuses(
    cluster: Cluster, creating: Creating, tmp_path: Path
) -> None:
    app = Host(CreateScreen.using(creating, context="here"), "dark")
    async with app.run_test(size=NARROW) as pilot:

        async def press(*keys: str) -> str:
            await pilot.press(*keys)
            await app.workers.wait_for_complete()
            await pilot.pause()
            return screen_text(app)

        assert "flows/quick.py" in await press()
        assert "here, namespace default" in await press("q", "enter")
        file = tmp_path / "flows" / "quick.py"
        right = file.read_text()
        wrong = (
            "@pipeline(settings={'pod_settings': {'resources': {'requests': {'cpu': '2'}, 'limits': {'cpu': '1'}}}})"
        )
        file.write_text(right.replace("@pipeline", wrong))
        assert "Error: The pod of step 'load' is refused" in await press("end", "backspace", "8", "ctrl+s")
        file.write_text(right)
        await press("ctrl+s")
        (ref,) = app.results
    assert ref is not None
    run = await ended(cluster, ref.run)
    assert (run.state.value, run.parameters) == ("succeeded", {"n": 8})
