"""The bars and the choice: what they show is what they are given, what they say is what was picked."""

from __future__ import annotations

from typing import Any

from store.records import Channel
from tests.tui.waiting import until
from tests.tui.widgets.world import World, rows_of
from tui.widgets.channel_bar import ChannelBar
from tui.widgets.choice import Choice
from tui.widgets.query_bar import QueryBar

CHANNELS = (Channel("signal", 12), Channel("slack", 3))


def channels() -> ChannelBar:
    made = ChannelBar()
    made.channels, made.picked, made.unseen = CHANNELS, "slack", {"signal": 2}
    return made


async def test_the_channel_bar_shows_what_it_is_given_and_says_what_is_clicked() -> None:
    async with World(channels).run_test(size=(60, 3)) as pilot:
        app: Any = pilot.app
        bar: ChannelBar = app.shown
        assert bar.names == [None, "signal", "slack"]
        assert rows_of(app)[0].split() == ["0:All", "15", "•2", "1:signal", "12", "•2", "▪2:slack", "3"]
        bar.picked, bar.unseen, bar.channels = None, {}, CHANNELS[1:]
        await pilot.pause()
        assert rows_of(app)[0].split() == ["▪0:All", "3", "1:slack", "3"]
        await pilot.click(bar, offset=(rows_of(app)[0].index("slack"), 0))
        await pilot.click(bar, offset=(2, 0))
        await until(lambda: len(app.heard(ChannelBar.Picked)) == 2)
        assert [each.channel for each in app.heard(ChannelBar.Picked)] == ["slack", None]


async def test_a_choice_says_which_of_its_words_is_picked() -> None:
    async with World(lambda: Choice(("one", "two", "three"), 1)).run_test(size=(60, 3)) as pilot:
        app: Any = pilot.app
        app.shown.focus()
        app.said.clear()
        await pilot.press("right", "right", "left")
        assert [(each.choice, each.index) for each in app.heard(Choice.Picked)] == [
            (app.shown, index) for index in (2, 0, 2)
        ]


async def test_a_query_bar_says_what_is_typed_and_not_what_is_put_there() -> None:
    async with World(QueryBar).run_test(size=(60, 3)) as pilot:
        app: Any = pilot.app
        bar: QueryBar = app.shown
        bar.add_class("-shown")
        bar.put("put\x1b")
        bar.entry.focus()
        await pilot.press("end", "x", "enter")
        assert [each.text for each in app.heard(QueryBar.Typed)] == ["put␛x"]
        assert len(app.heard(QueryBar.Accepted)) == 1
        bar.say("1/2 \x1b", is_error=True)
        await pilot.pause()
        assert "1/2 ␛" in rows_of(app)[0]
        assert bar.count.has_class("-error")
