"""The list holds a run of all conversations; what comes and goes around the selected one leaves it where it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

from store.records import ConversationPage
from tests.tui.waiting import until
from tests.tui.widgets.world import NOW, World, conversation, page, rows_of
from tui.model.conversation_window import End
from tui.widgets.conversation_list import ConversationList


def list_of(start: int, stop: int) -> ConversationList:
    made = ConversationList(lambda: NOW, UTC)
    made.start(page(start, stop))
    return made


async def test_it_asks_for_what_is_needed_before_the_end_is_reached_and_once() -> None:
    async with World(lambda: list_of(0, 50)).run_test(size=(60, 20)) as pilot:
        app: Any = pilot.app
        app.shown.focus()
        await pilot.press(*["pagedown"] * 3)
        await until(lambda: app.heard(ConversationList.MoreWanted))
        await pilot.press("j", "j")
        assert [each.end for each in app.heard(ConversationList.MoreWanted)] == [End.OLDER]
        app.shown.extend(End.OLDER, page(50, 100))
        assert app.shown.index == 32
        app.shown.answer_failed()
        await pilot.press("G")
        assert [each.end for each in app.heard(ConversationList.EndWanted)] == [End.OLDER]


async def test_newer_rows_leave_the_selected_one_on_its_line() -> None:
    async with World(lambda: list_of(250, 300)).run_test(size=(60, 20)) as pilot:
        app: Any = pilot.app
        shown: ConversationList = app.shown
        shown.set_total(300)
        shown.choose("c260")
        await pilot.pause()
        before = [row for row in rows_of(app) if "number 260" in row], shown.selected * 2 - shown.scroll_y
        shown.extend(End.NEWER, page(200, 250))
        await pilot.pause()
        assert shown.highlighted is not None
        assert (shown.highlighted.id, shown.selected) == ("c260", 260)
        assert before == ([row for row in rows_of(app) if "number 260" in row], shown.selected * 2 - shown.scroll_y)


async def test_news_above_the_screen_are_counted_until_they_are_seen() -> None:
    async with World(lambda: list_of(0, 50)).run_test(size=(60, 20)) as pilot:
        shown: ConversationList = pilot.app.shown  # type: ignore[attr-defined]
        shown.focus()
        await pilot.press(*["pagedown"] * 3)
        selected, place = shown.highlighted, shown.selected * 2 - shown.scroll_y
        shown.apply_news([conversation(40, written=NOW), conversation(301, written=NOW + timedelta(hours=1))], [])
        await pilot.pause()
        assert shown.new_above == 2
        assert shown.highlighted is selected
        assert shown.selected * 2 - shown.scroll_y == place
        await pilot.press("g")
        await pilot.pause()
        assert shown.new_above == 0
        assert shown.on_screen[:2] == ["c301", "c40"]


async def test_a_selection_by_whoever_shows_the_conversation_is_not_told() -> None:
    async with World(lambda: list_of(0, 50)).run_test(size=(60, 20)) as pilot:
        app: Any = pilot.app
        await until(lambda: app.heard(ConversationList.Highlighted))
        app.said.clear()
        app.shown.select("c3")
        await pilot.pause()
        assert not app.heard(ConversationList.Highlighted)
        app.shown.choose("c5")
        await until(lambda: app.heard(ConversationList.Highlighted))
        assert [each.conversation.id for each in app.heard(ConversationList.Highlighted)] == ["c5"]


async def test_what_stands_for_the_first_and_the_newest_message_is_marked() -> None:
    exact = conversation(1)
    assert exact.preview is not None
    near = replace(exact, id="c2", preview=replace(exact.preview, is_exact=False), is_title_exact=False)
    made = list_of(0, 0)
    made.start(ConversationPage((exact, near), has_newer=False, has_older=False))
    async with World(lambda: made).run_test(size=(60, 20)) as pilot:
        rows = rows_of(pilot.app)[:4]
        assert ["≈" in row for row in rows] == [False, False, True, True]
        assert [row.replace("≈ ", "").split()[:3] for row in rows[2:]] == [
            row.replace("▌", "").split()[:3] for row in rows[:2]
        ]


async def test_where_every_held_row_is_gone_nothing_is_selected_anew() -> None:
    async with World(lambda: list_of(290, 300)).run_test(size=(60, 20)) as pilot:
        app: Any = pilot.app
        app.shown.set_total(300)
        app.shown.apply_news([], [f"c{number}" for number in range(290, 300)])
        await pilot.pause()
        before = app.shown.selected
        app.said.clear()
        for step in (-1, 1, 99):
            app.shown.action_move(step)
        app.shown.pick()
        await pilot.pause()
        assert app.shown.selected == before
        assert app.shown.highlighted is None
        assert not app.said
