"""No widget raises: not before it is mounted, not after it is gone, not while it holds nothing, at no size."""

from __future__ import annotations

from datetime import UTC, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from textual.widget import Widget

from store.domain.turns import TurnNumbers, Work
from store.records import Channel
from tests.tui.widgets.world import (
    NOW,
    SIZES,
    World,
    conversation,
    finding,
    message,
    page,
    part,
    runs,
)
from tui.model.conversation_window import End
from tui.text.escapes import Pieces
from tui.text.lines import Line
from tui.text.message.layout_options import Options
from tui.widgets.caption import Caption
from tui.widgets.channel_bar import ChannelBar
from tui.widgets.choice import Choice
from tui.widgets.conversation_list import ConversationList
from tui.widgets.empty_state import EmptyState
from tui.widgets.ledger import Ledger
from tui.widgets.query_bar import QueryBar
from tui.widgets.raw_pane import RawPane
from tui.widgets.results import Results
from tui.widgets.row_table import Column, Row, Table
from tui.widgets.status_bar import StatusBar
from tui.widgets.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Calls = Iterator[Callable[[], Any]]


def of_rows(shown: Any) -> Calls:
    """What every list of rows can do."""
    yield lambda: (shown.length, shown.index, shown.row_height, shown.room)
    yield lambda: [shown.is_row(index) for index in (-1, 0, 99)]
    for index in (-1, 0, 3, 99):
        yield partial(shown.select_index, index)
        yield partial(shown.show_index, index)
    for step in (-1, 1, 9):
        yield partial(shown.action_move, step)
        yield partial(shown.action_half_pages, step)
    yield shown.pick
    yield shown.fit_rows
    yield shown.notify_style_update


def of_list(shown: ConversationList) -> Calls:
    for first, last in ((0, 0), (0, 20), (290, 300)):
        yield partial(shown.start, page(first, last))
        yield from of_rows(shown)
        yield lambda: (shown.highlighted, shown.on_screen, shown.new_above)
        yield lambda: shown.extend(End.OLDER, page(20, 40))
        yield lambda: shown.extend(End.NEWER, page(280, 290))
        yield lambda: shown.set_total(300)
        yield lambda: shown.renew(conversation(3))
        yield lambda: shown.apply_news([conversation(4, written=NOW + timedelta(hours=1))], ["c1"])
        yield lambda: shown.apply_news([], [f"c{number}" for number in range(300)])
        yield lambda: shown.mark_unseen({"c2": 3})
        yield lambda: shown.select("c2")
        yield lambda: shown.choose("c5")
        yield shown.answer_failed
        yield shown.action_newest
        yield shown.action_oldest
        yield shown.action_read
        yield lambda: shown.show_marked(["c3"])


def of_ledger(shown: Ledger) -> Calls:
    messages = [message(number, f"[cron] failed: {number}") for number in range(20)]
    for count in (0, 20):
        yield partial(shown.open, conversation(0), runs(messages[:count]))
        yield from of_rows(shown)
        yield lambda: (shown.entry, shown.current_run, shown.silence, shown.seen, shown.is_at_end)
        yield lambda: (shown.last_seen_cursor, shown.total, shown.is_waiting)
        yield lambda: shown.expect(None, keeps_habit=True)
        yield lambda: shown.fill(part(messages[:5], total=20))
        yield lambda: shown.grow(part(messages[15:], 15))
        yield lambda: shown.reorder(part(messages), 4)
        yield lambda: shown.shift(5, 25)
        yield lambda: shown.go_to(3)
        yield lambda: shown.enrich({})
        yield lambda: shown.mark_new(messages[3].cursor)
        yield shown.answer_failed
        yield shown.answer_late
        yield shown.action_first
        yield shown.action_last
        yield shown.action_follow
        yield shown.action_fold_runs
        yield shown.action_failure
        yield shown.action_diff
        yield lambda: shown.action_copy("run")
        yield shown.close


def of_results(shown: Results) -> Calls:
    for count in (0, 20, 3):
        yield partial(shown.show, None, [finding(number) for number in range(count)])
        yield from of_rows(shown)
        yield lambda: shown.action_move(1)
        yield lambda: shown.action_half_pages(1)
        yield lambda: shown.describe({"c1": conversation(1)})
        yield lambda: shown.selected


def of_table(shown: Table) -> Calls:
    for count in (0, 20, 3):
        yield partial(shown.show, [Row((f"{number}", "x"), id=number) for number in range(count)])
        yield from of_rows(shown)
        yield lambda: shown.extend([Row(("a", "b"), id="a")], dropped=1)
        yield lambda: shown.action_end(1)
        yield lambda: shown.action_end(-1)
        yield lambda: (shown.rows, shown.selected_id)


def of_transcript(shown: Transcript) -> Calls:
    messages = [message(number, f"**text** {number}\n" * 9, is_whole=number != 3) for number in range(20)]
    for count in (0, 20):
        yield partial(shown.open, conversation(0), part(messages[:count]))
        yield lambda: (shown.current_message, shown.anchor_message, shown.last_seen_cursor, shown.seen, shown.places)
        yield lambda: (shown.bookmark, shown.is_waiting, shown.total, shown.options, shown.visible_rows())
        yield lambda: shown.restore(shown.bookmark)
        for action in ("first", "last", "follow", "fold"):
            yield getattr(shown, f"action_{action}")
        for step in (-1, 1, 30):
            yield partial(shown.action_line, step)
            yield partial(shown.action_half_pages, step)
            yield partial(shown.action_message, step)
            yield partial(shown.action_turn, 1 if step > 0 else -1)
            yield partial(shown.walk, step)
        yield lambda: shown.fill(part(messages[:5], total=20))
        yield lambda: shown.grow(part(messages))
        yield lambda: shown.reorder(part(messages, revision=1), 4)
        yield lambda: shown.replace(message(3, "more"))
        yield lambda: shown.show_match(3, messages[3].cursor)
        yield lambda: shown.go_to(3)
        yield lambda: shown.mark_new(messages[3].cursor)
        yield lambda: shown.mark(None)
        yield lambda: shown.set_options(Options(UTC))
        yield lambda: shown.show_turns(TurnNumbers())
        yield lambda: shown.show_work(Work.WORKING)
        yield shown.answer_failed
        yield shown.notify_style_update
        yield shown.close


def of_raw(shown: RawPane) -> Calls:
    for text in (b"", b"one\ntwo\n" * 50):
        yield partial(shown.show, [Line("fact")], Pieces(text))
        yield lambda: shown.action_move(3)
        yield lambda: shown.action_half_pages(-1)
        yield lambda: shown.action_end(1)
        yield lambda: shown.action_end(-1)


def of_channels(shown: ChannelBar) -> Calls:
    for channels in ((), (Channel("signal", 3), Channel("", 9))):
        yield partial(setattr, shown, "channels", channels)
        yield lambda: setattr(shown, "picked", "signal")
        yield lambda: setattr(shown, "unseen", {"": 3})
        yield lambda: shown.names
        yield shown.notify_style_update


def of_query_bar(shown: QueryBar) -> Calls:
    yield lambda: shown.add_class("-shown")
    yield lambda: shown.put("text")
    yield lambda: shown.say("1/2", is_error=True)
    yield shown.entry.focus


def of_the_rest(shown: Any) -> Calls:
    if isinstance(shown, Choice):
        yield lambda: shown.action_step(1)
    elif isinstance(shown, EmptyState):
        yield lambda: shown.say("Nothing", "yet", is_error=True)
    elif isinstance(shown, Caption):
        yield lambda: setattr(shown, "text", "title")
    else:
        yield lambda: setattr(shown, "badges", ("read-only",))


CASES: dict[str, tuple[Callable[[], Widget], Callable[[Any], Calls]]] = {
    "list": (lambda: ConversationList(lambda: NOW, UTC), of_list),
    "ledger": (lambda: Ledger(lambda: NOW, UTC), of_ledger),
    "results": (lambda: Results(NOW, UTC), of_results),
    "table": (lambda: Table(Column("name", 6, share=1), Column("type", 6, from_width=30)), of_table),
    "transcript": (lambda: Transcript(Options(UTC)), of_transcript),
    "raw": (RawPane, of_raw),
    "channels": (ChannelBar, of_channels),
    "query bar": (QueryBar, of_query_bar),
    "choice": (lambda: Choice(("one", "two")), of_the_rest),
    "empty": (EmptyState, of_the_rest),
    "caption": (Caption, of_the_rest),
    "status": (StatusBar, of_the_rest),
}


@pytest.mark.parametrize("name", CASES)
async def test_nothing_raises_before_after_and_at_any_size(name: str) -> None:
    make, calls = CASES[name]
    async with World(Widget).run_test(size=(80, 24)) as pilot:
        app: Any = pilot.app
        for call in calls(make()):
            call()
        shown = make()
        for call in calls(shown):
            call()
        await app.pane.mount(shown)
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            for call in calls(shown):
                call()
                drawn = shown.render_lines(shown.size.region)
                assert [strip.cell_length for strip in drawn] == [shown.size.width] * shown.size.height
            await pilot.pause()
        # In the turn in which it goes, and when it is gone.
        gone = shown.remove()
        for call in calls(shown):
            call()
        await gone
        for call in calls(shown):
            call()
        await pilot.pause()
        assert app.is_running
