"""A tree of lines: folding, groups of many siblings, and a cursor that stays on its node."""

from __future__ import annotations

import time

import pytest

from k8stui_tui.theme.glyphs import ASCII
from k8stui_tui.widgets.branches import GROUP_PREFIX
from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.picking import PickView
from k8stui_tui.widgets.tree import LineTree, Node
from tests.tui.stage import SIZE, Repaints, Stage, drawn, settled, style_of

COLUMNS = (
    Column("step", "STEP", flex=1, least=14),
    Column("status", "STATUS", wants=9),
    Column("t", "TIME", right=True),
)


def node(key: str, depth: int, status: str = "succeeded", weight: int = 0, seconds: int = 8) -> Node:
    return Node(key, depth, Cell(key), (Cell(status, status), Cell(f"{seconds}s")), status, weight)


RUN = [
    node("load", 0),
    node("clean", 1),
    node("train", 2, "running", 1),
    node("test", 2, "failed", 3),
    node("report", 1, "waiting"),
]


def fan(count: int, *others: Node) -> list[Node]:
    return [node("load", 0), *others, *(node(f"train-{number}", 1) for number in range(count))]


def tree(most: int = 4) -> LineTree:
    return LineTree(COLUMNS, empty="Nothing submitted yet.", most_siblings=most)


async def test_steps_stand_with_their_branches_states_and_times() -> None:
    async with Stage(view := tree()).run_test(size=(40, 7)) as pilot:
        view.update_nodes(RUN)
        await settled(pilot)
        assert drawn(view) == [
            "  STEP                  STATUS     TIME",
            "▌ load                  succeeded    8s",
            "  ├ clean               succeeded    8s",
            "  │ ├ train             running      8s",
            "  │ └ test              failed       8s",
            "  └ report              waiting      8s",
            "",
        ]


async def test_changes_look_as_if_the_tree_were_new() -> None:
    later = [*RUN[:2], node("train", 2, "succeeded", 0, 4000), node("test", 2, "running", 1), RUN[4]]
    crowd = fan(9, node("train-x", 1, "running", 1))
    calm = fan(9, node("train-x", 1, "succeeded"))
    for before, after in ((RUN, later), (later, RUN), (crowd, calm), (calm, crowd), (RUN, crowd)):
        async with Stage(view := tree(), fresh := tree()).run_test(size=(80, 16)) as pilot:
            view.update_nodes(before)
            await settled(pilot, view)
            view.update_nodes(after)
            fresh.update_nodes(after)
            await settled(pilot)
            assert [row.strip("▌ ").split() for row in drawn(view)] == [row.strip("▌ ").split() for row in drawn(fresh)]
            assert view.lines == fresh.lines


async def test_left_folds_and_says_what_is_hidden_right_shows_it_again() -> None:
    async with Stage(view := tree()).run_test(size=SIZE) as pilot:
        view.update_nodes(RUN)
        await pilot.press("j", "left")
        await settled(pilot)
        assert drawn(view)[2].split() == ["▌", "├", "+", "clean", "failed", "1", "running", "1", "succeeded", "8s"]
        assert [line.key for line in view.lines] == ["load", "clean", "report"]
        await pilot.press("right")
        await settled(pilot)
        assert [line.key for line in view.lines] == [one.key for one in RUN]


async def test_where_there_is_room_for_one_word_it_is_about_the_trouble() -> None:
    async with Stage(view := tree()).run_test(size=(50, 8)) as pilot:
        view.update_nodes([*RUN, *(node(f"n{number}", 1) for number in range(3))])
        view.set_folded("load", folded=True)
        await settled(pilot)
        assert drawn(view)[1].split() == ["▌", "+", "load", "failed", "1", "running", "1", "succeeded", "8s"]
        await pilot.resize_terminal(36, 8)
        await settled(pilot)
        assert drawn(view)[1].split() == ["▌", "+", "load", "succeeded", "8s"]
        assert style_of(view, 1, "+").color == view.style_of("failed").color


async def test_a_group_says_all_it_holds_even_where_columns_are_narrow() -> None:
    async with Stage(view := tree()).run_test(size=(50, 8)) as pilot:
        quiet = [node(f"s{number}", 1, status) for number in range(9) for status in ("skipped", "cached", "succeeded")]
        view.update_nodes([node("load", 0), *quiet])
        await settled(pilot)
        assert drawn(view)[5] == "  └ + 24 more  skipped 8  cached 8  succeeded 8"


async def test_left_goes_to_the_parent_where_nothing_is_to_be_folded_right_to_the_first_child() -> None:
    async with Stage(view := tree()).run_test(size=SIZE) as pilot:
        view.update_nodes(RUN)
        view.go_to("test")
        await pilot.press("left")
        assert view.cursor_key == "clean"
        await pilot.press("right")
        assert view.cursor_key == "train"
        await pilot.press("right")
        assert view.cursor_key == "train"
        view.go_to("load")
        await pilot.press("left", "left", "left")
        assert view.cursor_key == "load"


async def test_when_the_cursors_node_is_folded_away_the_cursor_goes_to_what_hides_it() -> None:
    async with Stage(view := tree()).run_test(size=SIZE) as pilot:
        view.update_nodes(RUN)
        view.go_to("test")
        view.set_folded("load", folded=True)
        await settled(pilot)
        assert view.cursor_key == "load"


async def test_of_many_siblings_one_line_says_how_many_more_there_are() -> None:
    async with Stage(view := tree()).run_test(size=SIZE) as pilot:
        view.update_nodes(fan(12))
        await settled(pilot)
        assert drawn(view)[1:7] == [
            "▌ load                                      succeeded    8s",
            "  ├ train-0                                 succeeded    8s",
            "  ├ train-1                                 succeeded    8s",
            "  ├ train-2                                 succeeded    8s",
            "  └ + 9 more                                succeeded 9",
            "",
        ]


async def test_what_is_in_trouble_never_hides_in_a_group() -> None:
    async with Stage(view := tree()).run_test(size=(60, 20)) as pilot:
        troubled = [node(f"bad-{number}", 1, "failed", 3) for number in range(6)]
        view.update_nodes(fan(20, *troubled))
        await settled(pilot)
        shown = {line.key for line in view.lines}
        assert {one.key for one in troubled} <= shown
        assert drawn(view)[8].split()[2:] == ["20", "more", "succeeded", "20"]


async def test_enter_opens_a_group_and_closes_it() -> None:
    async with (app := Stage(view := tree())).run_test(size=SIZE) as pilot:
        view.update_nodes(fan(12))
        await pilot.press("G", "enter")
        await settled(pilot)
        assert (len(view.lines), view.cursor_key) == (14, f"{GROUP_PREFIX}load")
        assert drawn(view)[5].split() == ["▌", "├", "-", "9", "more", "succeeded", "9"]
        await pilot.press("enter")
        await settled(pilot)
        assert len(view.lines) == 5
        assert app.heard(PickView.Selected) == []


async def test_a_node_under_the_cursor_stays_in_sight_when_it_would_go_into_the_group() -> None:
    async with Stage(view := tree()).run_test(size=SIZE) as pilot:
        view.update_nodes(fan(12, node("last", 1, "running", 1)))
        view.go_to("last")
        view.update_nodes([*fan(12), node("last", 1)])
        await settled(pilot)
        assert (view.cursor_key, len(view.lines)) == ("last", 5)


async def test_in_an_opened_group_nothing_moves_when_data_comes_under_the_cursor() -> None:
    async with Stage(view := tree()).run_test(size=(60, 20)) as pilot:
        view.update_nodes(fan(12))
        await pilot.press("G", "enter", "j", "j", "j", "space")
        before = [line.key for line in view.lines]
        nodes = fan(12)
        nodes[3] = node("train-2", 1, seconds=9)
        view.update_nodes(nodes)
        await settled(pilot)
        assert [line.key for line in view.lines] == before


async def test_groups_are_no_targets() -> None:
    async with Stage(view := tree()).run_test(size=SIZE) as pilot:
        view.update_nodes(fan(12))
        await pilot.press("G", "space", "k", "space")
        assert view.marks == {"train-2"}


async def test_marks_that_are_folded_away_are_forgotten() -> None:
    async with Stage(view := tree()).run_test(size=SIZE):
        view.update_nodes(RUN)
        view.set_marks(["train", "report"])
        view.set_folded("clean", folded=True)
        assert view.marks == {"report"}


async def test_folded_stays_folded_when_data_comes() -> None:
    async with Stage(view := tree()).run_test(size=SIZE) as pilot:
        view.update_nodes(RUN)
        view.set_folded("clean", folded=True)
        view.update_nodes([*RUN, node("more", 1)])
        await settled(pilot)
        assert [line.key for line in view.lines] == ["load", "clean", "report", "more"]


async def test_another_tree_begins_at_its_top_with_nothing_folded() -> None:
    async with (app := Stage(view := tree(most=99))).run_test(size=SIZE) as pilot:
        view.update_nodes(fan(60))
        view.set_folded("load", folded=True)
        view.set_folded("load", folded=False)
        await pilot.press("G", "space")
        view.reset()
        view.update_nodes(fan(50))
        await settled(pilot)
        assert (view.top, view.cursor_key, view.marks) == (0, "load", frozenset())
        assert [message.key for message in app.heard(PickView.Highlighted)][-2:] == ["", "load"]


async def test_one_changed_cell_draws_one_row_of_the_tree() -> None:
    async with Stage(view := tree()).run_test(size=SIZE) as pilot:
        view.update_nodes(RUN)
        await settled(pilot)
        with Repaints(view) as repaints:
            view.update_nodes([*RUN[:2], node("train", 2, "running", 1, seconds=9), *RUN[3:]])
            await pilot.pause()
        assert set(repaints.rows) == {3}
        await settled(pilot)


async def test_a_node_that_comes_above_moves_what_is_read_by_nothing() -> None:
    async with Stage(view := tree(most=999)).run_test(size=SIZE) as pilot:
        view.update_nodes(fan(60))
        await pilot.press("G", "k")
        before = drawn(view)[1:]
        view.update_nodes(fan(60, node("early", 1)))
        await settled(pilot)
        assert drawn(view)[1:] == before


async def test_in_a_deep_tree_names_are_seen_and_nothing_overflows() -> None:
    async with Stage(view := tree()).run_test(size=(40, 12)) as pilot:
        view.update_nodes([node(f"step-{depth}", depth) for depth in range(200)])
        await pilot.press("G")
        await settled(pilot)
        assert "step-199" in drawn(view)[-1]
        await pilot.resize_terminal(16, 12)
        await settled(pilot)
        assert all(view.render_line(y).cell_length == view.columns for y in range(12))
        assert "step-199" in drawn(view)[-1]


@pytest.mark.parametrize("hostile", ["\x1b[2Jx", "a\nb", "[red]x[/red]", "東京東京", "\u202eabc", "e\u0301" * 5])
async def test_hostile_names_are_harmless_and_keep_the_columns_aligned(hostile: str) -> None:
    async with Stage(view := tree()).run_test(size=SIZE) as pilot:
        view.update_nodes([node("load", 0), node(hostile, 1)])
        await settled(pilot)
        first, second = view.render_line(1), view.render_line(2)
        start = first.text.index("succeeded")
        assert second.crop(start).text == first.crop(start).text
        assert second.text.isprintable()


async def test_an_empty_tree_says_why() -> None:
    async with Stage(view := tree()).run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert drawn(view)[2] == "  Nothing submitted yet."
        await pilot.press("left", "right", "enter", "space", "j")
        view.update_nodes(RUN)
        await settled(pilot)
        assert "Nothing submitted" not in "".join(drawn(view))


async def test_ascii_terminals_get_an_ascii_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("K8STUI_ASCII", "1")
    async with Stage(view := tree()).run_test(size=SIZE) as pilot:
        view.update_nodes(fan(20))
        await settled(pilot)
        assert view.glyphs is ASCII
        assert drawn(view)[1].startswith("> load")
        assert drawn(view)[5].startswith("  `-+ 17 more")
        assert "".join(drawn(view)).isascii()


async def test_states_have_the_colour_of_their_role() -> None:
    async with Stage(view := tree()).run_test(size=SIZE) as pilot:
        view.update_nodes(RUN)
        await settled(pilot)
        assert style_of(view, 4, "failed").color == view.style_of("failed").color


async def test_ten_thousand_steps_come_without_a_pause() -> None:
    async with Stage(view := tree()).run_test(size=(120, 40)) as pilot:
        nodes = [node("load", 0), *(node(f"train-{n}", 1) for n in range(10_000))]
        begun = time.thread_time()
        view.update_nodes(nodes)
        view.set_folded(f"{GROUP_PREFIX}load", folded=False)
        spent = time.thread_time() - begun
        await settled(pilot)
        assert len(view.lines) == 10_002
        # 0.15 s where it was measured.
        assert spent < 10.0


async def test_from_a_line_that_has_gone_for_good_the_cursor_goes_to_the_next_one() -> None:
    async with Stage(view := tree()).run_test(size=SIZE) as pilot:
        view.update_nodes(RUN)
        view.go_to("train")
        view.update_nodes([one for one in RUN if one.key != "train"])
        await settled(pilot)
        assert view.cursor_key == "test"


async def test_a_tree_that_was_away_for_a_while_has_its_cursor_and_its_folds_as_before() -> None:
    async with Stage(view := tree()).run_test(size=SIZE) as pilot:
        view.update_nodes(fan(20, node("clean", 1), node("deep", 2)))
        view.set_folded("clean", folded=True)
        await pilot.press("G", "enter", "G", "k")
        assert view.cursor_key == "train-18"
        view.update_nodes([])
        view.set_folded("\0more:load", folded=True)
        view.update_nodes(fan(20, node("clean", 1), node("deep", 2)))
        await settled(pilot)
        assert view.cursor_key == "train-18"
        assert "deep" not in [line.key for line in view.lines]
