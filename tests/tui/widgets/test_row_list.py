"""Every list: one row is selected, kept in sight and picked; what it says names the row, whatever changes since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.tui.waiting import until
from tests.tui.widgets.world import World, conversation, filled, finding, message, page, rows_of, runs
from tui.widgets.conversation_list import ConversationList
from tui.widgets.ledger import Ledger
from tui.widgets.results import Results
from tui.widgets.row_table import Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable


def picked(said: Any) -> Any:
    """The id of the row that was picked."""
    for name in ("row_id", "conversation", "cursor", "finding"):
        if hasattr(said, name):
            value = getattr(said, name)
            return getattr(value, "conversation_id", getattr(value, "id", value))
    raise AssertionError(said)


CASES: dict[type[Any], tuple[type[Any], Callable[[int], Any]]] = {
    Table: (Table.Picked, lambda number: f"id {number}"),
    ConversationList: (ConversationList.Opened, lambda number: f"c{number}"),
    Ledger: (Ledger.RunOpened, lambda number: message(number).cursor),
    Results: (Results.Picked, lambda number: f"c{number}"),
}
every_list = pytest.mark.parametrize("kind", CASES)


def shrink(shown: Any, count: int) -> None:
    """Let a list hold its first rows only."""
    if isinstance(shown, Table):
        shown.show(list(shown.rows[:count]))
    elif isinstance(shown, ConversationList):
        shown.apply_news([], [f"c{number}" for number in range(count, 10)])
    elif isinstance(shown, Ledger):
        shown.open(conversation(0), runs([message(number, f"[cron] failed: {number}") for number in range(count)]))
    else:
        shown.show(None, [finding(number) for number in range(count)])


@every_list
async def test_a_click_selects_and_a_click_again_picks(kind: type[Any]) -> None:
    said, name_of = CASES[kind]
    async with World(lambda: filled(kind)).run_test(size=(80, 30)) as pilot:
        app: Any = pilot.app
        shown = app.shown
        y = shown.HEAD + 3 * shown.row_height
        await pilot.click(shown, offset=(2, y))
        assert shown.index == 3
        assert not app.heard(said)
        await pilot.pause(0.6)  # a click of its own, not the second of two
        await pilot.click(shown, offset=(2, y))
        await until(lambda: app.heard(said))
        assert [picked(each) for each in app.heard(said)] == [name_of(3)]
        await pilot.click(shown, offset=(2, shown.HEAD + 5 * shown.row_height), times=2)
        await until(lambda: len(app.heard(said)) == 2)
        assert picked(app.heard(said)[1]) == name_of(5)


@every_list
async def test_a_click_beside_the_rows_does_nothing(kind: type[Any]) -> None:
    async with World(lambda: filled(kind)).run_test(size=(80, 40)) as pilot:
        app: Any = pilot.app
        app.shown.styles.height = 38
        await pilot.pause()
        await pilot.click(app.shown, offset=(2, 36), times=2)
        if app.shown.HEAD:
            await pilot.click(app.shown, offset=(2, 0), times=2)
        await pilot.pause()
        assert app.shown.index == 0
        assert not app.heard(CASES[kind][0])


@every_list
async def test_the_selection_stops_at_both_ends(kind: type[Any]) -> None:
    async with World(lambda: filled(kind)).run_test(size=(80, 12)) as pilot:
        shown: Any = pilot.app.shown  # type: ignore[attr-defined]
        for step, index in ((-1, 0), (1, 1), (4, 5), (1, 6)):
            shown.action_move(step)
            assert shown.index == index
        for _ in range(9):
            shown.action_half_pages(2)
        assert shown.index == 9
        for _ in range(9):
            shown.action_half_pages(-1)
        assert shown.index == 0
        await pilot.pause()


@every_list
async def test_a_shrunk_list_selects_what_it_has_and_an_empty_one_nothing(kind: type[Any]) -> None:
    said = CASES[kind][0]
    async with World(lambda: filled(kind)).run_test(size=(80, 30)) as pilot:
        app: Any = pilot.app
        shown = app.shown
        shown.select_index(9)
        shrink(shown, 3)
        assert 0 <= shown.index < shown.length == 3
        shown.select_index(99)
        assert shown.index == 2
        shrink(shown, 0)
        for index in (-1, 0, 5):
            shown.select_index(index)
        shown.action_move(1)
        shown.action_half_pages(-2)
        shown.pick()
        await pilot.click(shown, offset=(1, shown.HEAD + 1), times=2) if shown.size.height > 2 else None
        await pilot.pause()
        assert not shown.length
        assert not app.heard(said)


@every_list
async def test_the_selected_row_stays_in_sight_at_every_size(kind: type[Any]) -> None:
    async with World(lambda: filled(kind)).run_test(size=(60, 40)) as pilot:
        shown: Any = pilot.app.shown  # type: ignore[attr-defined]
        shown.styles.height = "1fr"
        shown.select_index(7)
        for size in ((60, 7), (60, 40), (60, 5), (24, 9)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            marked = [row for row in rows_of(pilot.app) if "▌" in row]
            assert marked, (kind, size)
            assert "7" in "".join(marked) or kind is Results


async def test_rows_that_are_replaced_while_an_event_is_on_its_way_do_not_change_what_it_names() -> None:
    async with World(lambda: filled(Table)).run_test() as pilot:
        app: Any = pilot.app
        table: Table = app.shown
        await pilot.pause()
        app.said.clear()
        table.select_index(9)
        table.pick()
        table.show([Row(("another",), id="another")])
        table.pick()
        await until(lambda: len(app.heard(Table.Picked)) == 2)
        assert [each.row_id for each in app.heard(Table.Picked)] == ["id 9", "another"]
        assert app.heard(Table.Highlighted)[-1].row_id == "another"


async def test_a_conversation_that_goes_while_it_is_opened_is_still_the_one_that_was_meant() -> None:
    async with World(lambda: filled(ConversationList)).run_test() as pilot:
        app: Any = pilot.app
        shown: ConversationList = app.shown
        shown.choose("c4")
        shown.pick()
        shown.apply_news([conversation(4, title="moved", written=message(99999).created_at)], ["c0", "c1"])
        await until(lambda: app.heard(ConversationList.Opened))
        (opened,) = app.heard(ConversationList.Opened)
        assert opened.conversation.id == "c4"
        assert shown.highlighted is not None
        assert shown.highlighted.id == "c4"


async def test_a_run_is_named_by_its_place_in_time_whatever_number_it_gets() -> None:
    async with World(lambda: filled(Ledger)).run_test() as pilot:
        app: Any = pilot.app
        ledger: Ledger = app.shown
        ledger.go_to(4)
        ledger.pick()
        ledger.action_diff()
        ledger.action_copy("link")
        ledger.action_failure()
        ledger.shift(20, 30)
        await until(lambda: app.heard(Ledger.FailureWanted))
        meant = message(4).cursor
        for kind in (Ledger.RunOpened, Ledger.DiffWanted, Ledger.RunCopyWanted, Ledger.FailureWanted):
            assert [each.cursor for each in app.heard(kind)] == [meant]
        assert ledger.window.position_of(meant) == 24


async def test_an_empty_page_selects_nothing_and_says_nothing() -> None:
    def empty() -> ConversationList:
        made = filled(ConversationList)
        assert isinstance(made, ConversationList)
        return made

    async with World(empty).run_test() as pilot:
        app: Any = pilot.app
        await pilot.pause()
        app.said.clear()
        app.shown.start(page(0, 0, 0))
        for key in ("j", "k", "pagedown", "ctrl+u", "g", "G", "y", "Y"):
            await pilot.press(key)
        app.shown.set_total(0)
        assert app.shown.highlighted is None
        assert not app.said
