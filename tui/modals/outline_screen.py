"""The outline of a conversation: its questions, newest first, filtered by typing; enter goes to one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from tui.modals.list_sheet import ListSheet
from tui.text.units import counted
from tui.widgets.entry import Entry
from tui.widgets.key_queue import KeyQueue
from tui.widgets.question_list import QuestionList

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo

    from textual.app import ComposeResult
    from textual.widgets import Input

    from store.domain.query import Query
    from store.domain.search_results import Places
    from store.records import MessageCursor


class Progress(NamedTuple):
    """How far the questions were read."""

    searched: int
    """Messages that are done with."""
    total: int | None
    """``None`` as long as it is not known."""
    is_done: bool = False


class OutlineScreen(ListSheet["MessageCursor"]):
    """A list of questions; returns the place of the one to read.

    Args:
        of: What the conversation is called.
        ask: Looks for the questions with the words that are typed.
        want: Reads questions and describes them.
        now: The time.
        tz: The reader's zone.
        here: The message that the reader came from.
    """

    def __init__(
        self,
        of: str,
        *,
        ask: Callable[[str], None],
        want: Callable[[list[MessageCursor]], None],
        now: datetime,
        tz: tzinfo,
        here: MessageCursor | None = None,
    ) -> None:
        self._ask = ask
        self._want = want
        self._is_current = self._is_whole = False
        """Whether what is shown is of what is typed, and whether it is all of that."""
        self._is_refused = False
        """Whether nothing can be looked for by what is typed."""
        self._deferred: tuple[int, Callable[[], None]] | None = None
        """What a key asked for before there was a question at the position that it takes; later keys wait for it."""
        self.questions = QuestionList(now, tz, here)
        field = Entry(placeholder="filter the questions")
        hint = "↑ ↓ choose · {window-pick} goes there · {window-close} closes"
        super().__init__("outline", f"Questions · {of}", hint, field=field, rows=self.questions)

    def compose(self) -> ComposeResult:
        """Lay the outline out."""
        with self.frame:
            if self.field is not None:
                yield self.field
            yield self.questions
            yield self.status

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for what is typed."""
        self._is_current = self._is_whole = self._is_refused = False
        self._drop_deferred()
        if not self.has_ended:
            self._ask(event.value)

    def on_found_rows_seen(self, event: QuestionList.Seen) -> None:
        """Ask for the texts that came into sight."""
        if not self.has_ended:
            self._want(event.keys)

    def on_question_list_picked(self, event: QuestionList.Picked) -> None:
        """Return the clicked question."""
        self.dismiss(event.cursor)

    def take_selected(self) -> None:
        """Return the selected question, if there is one."""
        if self.questions.selected is not None:
            self.dismiss(self.questions.selected)

    def action_pick(self) -> None:
        """Pick the selected question, or the first one as soon as there is one."""
        self._do_once_found(0, super().action_pick)

    def action_move(self, step: int) -> None:
        """Select the next or previous question, as soon as it is found."""
        self._do_once_found(step, partial(super().action_move, step))

    def action_half_pages(self, count: int) -> None:
        """Move the selection by half pages, as soon as a question there is found."""
        step = count * max(1, self.questions.room // 2)
        self._do_once_found(step, partial(super().action_half_pages, count))

    def action_close(self) -> None:
        """Leave without going anywhere."""
        self._drop_deferred()
        self.dismiss(None)

    # What is told of the questions.

    def show(self, query: Query, places: Places, progress: Progress, hint: str = "") -> None:
        """Show what was found so far.

        Args:
            query: What was looked for.
            places: Where the questions lie.
            progress: How far they were read.
            hint: What should be known of the query; empty for nothing.
        """
        self._is_current, self._is_whole = True, progress.is_done
        self.questions.show(query, places)
        told = progress_text(len(places), progress, is_filtered=bool(query.words or query.without))
        self.say(f"{hint} · {told}" if hint else told)
        if self._deferred is not None and self._is_found(self._deferred[0]):
            _, action = self._deferred
            self._drop_deferred()
            action()

    def refuse(self, sentence: str) -> None:
        """Say why nothing can be looked for; what was found before stays."""
        self._is_refused = True
        self._drop_deferred()
        self.say(sentence, is_error=True)

    def _is_found(self, step: int) -> bool:
        """Tell whether there is a question so many rows away, or it is known that there is none."""
        has_it = max(0, self.questions.index + step) < self.questions.length
        return self._is_current and (self._is_whole or has_it)

    def _do_once_found(self, step: int, action: Callable[[], None]) -> None:
        """Do what a key asks for once there is a question so many rows away; keys wait for it."""
        if self._is_found(step):
            action()
        elif not self._is_refused:
            self._deferred = step, action
            if isinstance(self.app, KeyQueue):
                self.app.hold_keys(self)

    def _drop_deferred(self) -> None:
        self._deferred = None
        if isinstance(self.app, KeyQueue):
            self.app.release_keys(self)


def progress_text(found: int, progress: Progress, *, is_filtered: bool) -> str:
    """Return how many questions there are, and how far was read.

    Args:
        found: How many questions were found.
        progress: How far they were read.
        is_filtered: Whether words were typed.
    """
    what = f"{counted(found, 'question')}{' that match' if is_filtered and found else ''}"
    if progress.is_done:
        return what if found else "No question matches." if is_filtered else "Nobody asked anything here."
    of = f" of {progress.total:,}" if progress.total is not None else ""
    return f"⋯ {what} · {progress.searched:,}{of} messages read"
