"""More of a message is shown where the message is, however the order has changed since it was asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import Any

from tests.tui.waiting import until
from tests.tui.widgets.world import World, conversation, message, part, rows_of
from tui.text.message.layout_options import Options
from tui.widgets.transcript import Transcript


async def test_more_text_is_shown_where_the_message_is_now() -> None:
    texts = [message(number, f"text {number}") for number in range(4)]
    texts.append(message(4, "the beginning", is_whole=False))

    def opened() -> Transcript:
        made = Transcript(Options(UTC))
        made.open(conversation(0), part(texts))
        return made

    async with World(opened).run_test(size=(80, 30)) as pilot:
        app: Any = pilot.app
        app.shown.focus()
        await pilot.press("enter")
        await until(lambda: app.heard(Transcript.MoreTextWanted))
        (wanted,) = app.heard(Transcript.MoreTextWanted)
        assert wanted.message.cursor == texts[4].cursor
        app.shown.reorder(part([texts[4], *texts[:4]], revision=1), 0)
        app.shown.replace(replace(wanted.message, content="the beginning and the end", is_whole=True))
        app.shown.replace(message(77, "never shown"))
        await pilot.press("g")
        assert any("the beginning and the end" in row for row in rows_of(app))
        assert not any("never shown" in row for row in rows_of(app))


async def test_where_there_is_no_message_nothing_is_waited_for() -> None:
    def opened() -> Transcript:
        made = Transcript(Options(UTC))
        made.open(conversation(0), part([]))
        return made

    async with World(opened).run_test(size=(80, 30)) as pilot:
        app: Any = pilot.app
        for way in (app.shown.action_first, app.shown.action_last, app.shown.action_follow, app.shown.action_last):
            way()
            assert app.shown._pending is None
        app.shown.grow(part([message(0, "the first of all")]))
        assert app.shown.viewport.follows
        assert app.shown.current == 0
