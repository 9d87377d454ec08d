"""The ledger's selection passes over silences; a click on one selects the run that ended it."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from tests.tui.widgets.world import NOW, World, conversation, message, runs
from tui.text.routine.schedule import schedule_of
from tui.widgets.ledger import Ledger


def with_a_silence() -> Ledger:
    made = Ledger(lambda: NOW, UTC)
    numbers = (0, 1, 2, 50, 51)
    made.open(conversation(0), runs([message(number, f"[cron] failed: {number}") for number in numbers]))
    made.expect(schedule_of("cron", '{"schedule":"0 */5 * * * *"}'), keeps_habit=False)
    return made


async def test_a_silence_is_passed_over() -> None:
    async with World(with_a_silence).run_test(size=(80, 20)) as pilot:
        ledger: Ledger = pilot.app.shown  # type: ignore[attr-defined]
        assert ledger.length == 6
        assert ledger.follows
        ledger.action_half_pages(-9)
        assert (ledger.selected, ledger.follows) == (0, False)
        walked = []
        for step in (1, 1, 1, 1, -1, -1):
            ledger.action_move(step)
            walked.append(ledger.selected)
        assert walked == [1, 2, 3, 4, 3, 2]
        await pilot.click(ledger, offset=(3, ledger.HEAD + 3))
        assert ledger.selected == 3


async def test_runs_that_say_the_same_open_first_and_then_are_read() -> None:
    def folded() -> Ledger:
        made = Ledger(lambda: NOW, UTC)
        made.open(conversation(0), runs([message(number) for number in range(6)]))
        return made

    async with World(folded).run_test(size=(80, 20)) as pilot:
        app: Any = pilot.app
        app.shown.focus()
        assert app.shown.length == 1
        await pilot.press("enter")
        assert app.shown.length == 6
        await pilot.press("k", "enter")
        assert [each.cursor for each in app.heard(Ledger.RunOpened)] == [message(4).cursor]


async def test_where_there_is_no_run_nothing_is_waited_for() -> None:
    def empty() -> Ledger:
        made = Ledger(lambda: NOW, UTC)
        made.open(conversation(0), runs([]))
        return made

    async with World(empty).run_test(size=(80, 20)) as pilot:
        ledger: Ledger = pilot.app.shown  # type: ignore[attr-defined]
        for way in (ledger.action_first, ledger.action_last, ledger.action_first):
            way()
            assert ledger.goal is None
