"""Records for the widgets, and an application that shows one widget and notes what it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.containers import Vertical

from store.domain.search_results import Finding
from store.domain.timestamps import instant
from store.records import (
    Conversation,
    ConversationCursor,
    ConversationPage,
    Count,
    Kind,
    Message,
    MessageCursor,
    MessageSlice,
    Preview,
)
from tui.model.run_window import RunWindow
from tui.text.message.layout_options import Options
from tui.widgets.conversation_list import ConversationList
from tui.widgets.ledger import Ledger
from tui.widgets.results import Results
from tui.widgets.row_table import Column, Row, Table
from tui.widgets.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.message import Message as Said
    from textual.widget import Widget

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
FIVE = timedelta(minutes=5)
SIZES = ((1, 1), (2, 2), (4, 4), (40, 12), (200, 1), (1, 60), (200, 60), (80, 24))


def conversation(number: int, *, title: str = "", written: datetime | None = None) -> Conversation:
    """The conversation at a place of the list, counted from 0 at the newest."""
    at = written or NOW - number * FIVE
    return Conversation(
        id=f"c{number}",
        channel="signal",
        user_id="default",
        title=title or f"number {number}",
        kind=Kind.CHAT,
        total=Count(3),
        preview=Preview("user", f"said in {number}", at),
        started_at=at,
        last_activity=at,
        cursor=ConversationCursor(instant(at), number),
    )


def page(start: int, stop: int, total: int = 300) -> ConversationPage:
    return ConversationPage(tuple(map(conversation, range(start, stop))), start > 0, stop < total)


def message(number: int, text: str = "[cron] ok", *, role: str = "assistant", is_whole: bool = True) -> Message:
    at = NOW - timedelta(days=30) + number * FIVE
    cursor = MessageCursor(instant(at), number)
    return Message(f"m{number}", "c0", role, text, at, cursor, len(text) + 10 * (not is_whole), is_whole)


def part(messages: list[Message], start: int = 0, total: int | None = None, revision: int = 0) -> MessageSlice:
    count = start + len(messages) if total is None else total
    return MessageSlice("c0", start, count, revision, tuple(messages))


def runs(messages: list[Message], start: int = 0, total: int | None = None) -> RunWindow:
    window = RunWindow(keeps_habit=False)
    window.replace(part(messages, start, total))
    return window


def finding(number: int) -> Finding:
    return Finding(f"c{number}", 1, None, f"excerpt {number}", False, (True, number, True, -number))


def filled(kind: type[Widget]) -> Widget:
    """A list of ten rows, the first of them selected."""
    made: Widget
    if kind is ConversationList:
        made = ConversationList(lambda: NOW, UTC)
        made.start(page(0, 10, 10))
    elif kind is Ledger:
        made = Ledger(lambda: NOW, UTC)
        made.open(conversation(0), runs([message(number, f"[cron] failed: {number}") for number in range(10)]))
        made.go_to(0)
    elif kind is Results:
        made = Results(NOW, UTC)
        made.show(None, [finding(number) for number in range(10)])
    elif kind is Transcript:
        made = Transcript(Options(UTC))
        made.open(conversation(0), part([message(number, f"text {number}") for number in range(10)]))
    else:
        made = Table(Column("name", 8, share=1))
        made.show([Row((f"row {number}",), id=f"id {number}") for number in range(10)])
    return made


class World(App[None]):
    """Shows one widget, and notes what it says."""

    CSS_PATH = ["../../../tui/app.tcss", "../../../tui/modals/modals.tcss"]

    def __init__(self, make: Callable[[], Widget]) -> None:
        super().__init__()
        self._make = make
        self.said: list[Said] = []

    def compose(self) -> ComposeResult:
        self.shown = self._make()
        self.pane = Vertical(classes="pane")
        self.shown.display = True
        with self.pane:
            yield self.shown

    def _note(self, said: Said) -> None:
        self.said.append(said)

    on_table_picked = on_table_highlighted = _note
    on_conversation_list_opened = on_conversation_list_highlighted = _note
    on_conversation_list_more_wanted = on_conversation_list_end_wanted = _note
    on_results_picked = on_found_rows_seen = _note
    on_ledger_run_opened = on_ledger_diff_wanted = on_ledger_failure_wanted = on_ledger_run_copy_wanted = _note
    on_transcript_more_text_wanted = on_copy_wanted = _note
    on_channel_bar_picked = on_choice_picked = on_query_bar_typed = on_query_bar_accepted = _note

    def heard(self, kind: type[Any]) -> list[Any]:
        return [said for said in self.said if isinstance(said, kind)]


def rows_of(app: App[None]) -> list[str]:
    """What the screen shows, row by row."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]
