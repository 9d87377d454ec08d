"""The transcript: one conversation, opened, filled, walked through, at the cost of what is on the screen.

Knows records, never the store: it asks for messages with ``MessagesWanted``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message
from textual.reactive import var

from store.domain.turns import TurnNumbers
from tui.commands import Scope, bindings
from tui.model.message_pages import PageCache
from tui.model.viewport import LAST_ROW, Bookmark, Place
from tui.widgets.message_pane import MessagePane
from tui.widgets.shared_messages import MessagesWanted, NoEffect, TranscriptMoved

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType

    from store.records import Conversation, MessageCursor, MessageSlice
    from store.records import Message as StoredMessage
    from tui.text.message.layout_options import Options

MATCH_ROW = -2
"""The row of a place that is to be a match of its message, once that is held."""
AHEAD = 48
"""Messages held beyond each edge of the screen before they are needed: always more than a screen."""


class Transcript(MessagePane, can_focus=True):
    """The messages of the open conversation."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.TRANSCRIPT)]
    BINDING_GROUP_TITLE = "Transcript"
    HELP = "## The transcript\n\nOpens at the newest message and reads older ones as you scroll back."

    @dataclass
    class MoreTextWanted(Message):
        """The reader wants more of a message that is shown by its head."""

        message: StoredMessage

    moves = var(0, init=False)
    """How often something on the screen has changed."""

    def __init__(self, options: Options, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(options, id=id)
        self.conversation: Conversation | None = None
        self.revision = 0
        """The revision of the order that the held positions belong to."""
        self.wanted: MessageCursor | None = None
        """The message that is to be shown once it has come; its position is corrected with the order."""
        self._in_flight = False
        self._laid_out_width = 0

    # What is held.

    def open(self, conversation: Conversation, newest: MessageSlice) -> None:
        """Show a conversation at its newest message."""
        self.conversation = conversation
        self.revision = newest.revision
        self.turns = TurnNumbers()
        self._hold(newest)
        self._rows.clear(toggles=True)
        self.viewport.reset(newest.total)
        self.viewport.settle()
        self.current = max(0, newest.total - 1)
        self.changed()

    def close(self) -> None:
        """Show nothing."""
        self.conversation = None
        self._pages = PageCache()
        self._in_flight = False
        self.await_place(None)
        self.viewport.reset(0)
        self.changed()

    def fill(self, part: MessageSlice) -> None:
        """Take in messages that were asked for; a late answer for another conversation or order is dropped."""
        if self.conversation is None or part.conversation_id != self.conversation.id:
            return
        self._in_flight = False
        if part.revision != self.revision:
            return
        if part.total > self.total:
            self.viewport.heights.extend(part.total - self.total)
            self._pages.grow(part.total)
        self._pages.fill(part)
        if self._pending is not None and self._pages.is_held(self._pending.ordinal):
            target = self._pending
            self.await_place(None)
            self._seek(target)
        self._pages.evict(self.viewport.anchor.ordinal)
        self.settle()

    def grow(self, part: MessageSlice) -> None:
        """Take in messages that came last; stay with the end if the reader was there."""
        stays = self.viewport.follows and self.current == self.total - 1
        self.fill(part)
        if stays:
            self.current = max(0, self.total - 1)
            self.changed()

    def reorder(self, part: MessageSlice, ordinal: int) -> None:
        """Take in an order that was corrected; the message on top, now at ``ordinal``, stays where it is."""
        row, follows = max(0, self.viewport.anchor.row), self.viewport.follows
        offset = self.current - self.viewport.anchor.ordinal
        goes_to_start = self._pending is not None and self._pending.ordinal == 0
        self.revision = part.revision
        self.turns = TurnNumbers()
        if self.is_attached:
            self.screen.clear_selection()
        self._hold(part)
        if goes_to_start:
            self.await_place(Place(0, 0))
        self.viewport.reset(part.total)
        if not follows:
            self.viewport.seek(ordinal, row)
        self.viewport.settle()
        self.current = min(max(0, ordinal + offset), max(0, part.total - 1))
        self._hold_current_in_view()
        self.changed()

    def replace(self, message: StoredMessage) -> None:
        """Show more of a message that was shown by its head."""
        if self._pages.replace(message):
            self._rows.forget(message.cursor)
            self.settle()

    def answer_failed(self) -> None:
        """Note that what was asked for will not come, so that it may be asked for again."""
        self._in_flight = False

    def show_match(self, ordinal: int, cursor: MessageCursor, number: int | None = None) -> None:
        """Make a message current and bring a match into view, at once or when the message has come.

        Its ``number`` is from 0, or from the last match back if negative; ``None`` means the one shown last.
        """
        if number is not None:
            self._matches.go_to(cursor, number)
            self._strips.clear()
        self.current = ordinal
        self.jump(Place(ordinal, MATCH_ROW))
        self.wanted = cursor if self._pending is not None else None

    def go_to(self, ordinal: int) -> None:
        """Make a message current and put it at the top of the screen."""
        self.current = ordinal
        self.jump(Place(ordinal, 0))

    def restore(self, bookmark: Bookmark) -> None:
        """Go back to where the reader was, unless the order was corrected since."""
        if bookmark.revision != self.revision:
            return
        if bookmark.follows and self.viewport.follows:
            return
        if bookmark.follows:
            self.action_last()
            return
        self.jump(bookmark.anchor)
        self.current = bookmark.current
        self.changed()

    # What others may read.

    @property
    def bookmark(self) -> Bookmark:
        """Return where the reader is."""
        return Bookmark(self.viewport.anchor, self.current, self.viewport.follows, self.revision)

    @property
    def is_waiting(self) -> bool:
        """Tell whether messages were asked for that are not here yet."""
        return self._in_flight

    # What keys do.

    def action_line(self, rows: int) -> None:
        """Scroll by rows, up if negative; say so at an end."""
        if not self.total or (self.viewport.is_at_start if rows < 0 else self.viewport.is_at_end):
            self.say_end(rows)
        self.walk(rows)

    def action_half_pages(self, count: int) -> None:
        """Scroll by half screens, up if negative; a whole screen keeps two rows in sight."""
        self.action_line(count * max(1, self.viewport.height // 2 - 1))

    def action_first(self) -> None:
        """Go to the true start of the conversation."""
        if not self.total or (not self.current and self.viewport.is_at_start):
            self.say_end(-1)
        self.current = 0
        self.jump(Place(0, 0))

    def action_last(self) -> None:
        """Go to the newest message and stay with the end."""
        if not self.total or (self.viewport.follows and self.current == self.total - 1):
            self.say_end(1)
        self.current = max(0, self.total - 1)
        self.viewport.follows = True
        if self.total and not self._pages.is_held(self.current):
            self.await_place(Place(self.current, LAST_ROW))
        else:
            self.await_place(None)
            self.settle()

    def action_follow(self) -> None:
        """Follow the end, or stay with what is on the screen."""
        if self.viewport.follows:
            self.viewport.follows = False
            self.changed()
        else:
            self.action_last()

    def action_message(self, step: int) -> None:
        """Make the next or previous message current and bring it into view."""
        target = min(max(0, self.current + step), max(0, self.total - 1))
        if step < 0:
            self.viewport.follows = False
        if target == self.current:
            self.say_end(step)
        if self._pages.is_held(target):
            self.current = target
            self.viewport.reveal(target)
        self.changed()

    def action_turn(self, step: int) -> None:
        """Go to where the next turn begins, or to the beginning of this one and then of those before (-1)."""
        target = self.turns.step(self.current, step)
        if target is None:
            target = self._pages.next_turn(self.current, step)
        if target is not None:
            self.go_to(target)
        else:
            self.post_message(NoEffect("There is no earlier turn." if step < 0 else "There is no later turn."))

    def action_fold(self) -> None:
        """Fold or open the current message, or read more of it."""
        message = self.current_message
        if message is None:
            self.say_end(0)
        elif not message.is_whole:
            self.post_message(self.MoreTextWanted(message))
        else:
            self._rows.toggle(message.cursor)
            self.settle()

    # Following the viewport.

    def walk(self, rows: int) -> None:
        """Scroll by rows, up if negative; the current message stays in view."""
        self.wanted = None
        self.await_place(None)
        self.viewport.move(rows)
        self._hold_current_in_view()
        self.changed()

    def jump(self, place: Place) -> None:
        """Put a row at the top, at once if its message is held, otherwise when it has come."""
        if not self.total:
            return
        if self._pages.is_held(place.ordinal):
            self.await_place(None)
            self._seek(place)
        else:
            self.viewport.follows = False
            self.await_place(place)
        self.changed()

    def changed(self) -> None:
        """Draw anew, ask for what will be needed next, and tell."""
        super().changed()
        self._ask()
        self.moves += 1
        self.post_message(TranscriptMoved())

    def settle(self) -> None:
        """Bring the line on top into bounds, and draw anew; the current message stays in view."""
        self.viewport.settle()
        self._hold_current_in_view()
        self.changed()

    def on_resize(self, event: events.Resize) -> None:
        """Lay out at the new size; the line on top stays on top."""
        self.viewport.height = event.size.height
        if event.size.width != self._laid_out_width:
            self._laid_out_width = event.size.width
            self._lay_out_anew()
        else:
            self.settle()

    def on_click(self, event: events.Click) -> None:
        """Make the clicked message current; a click on a fold opens it."""
        places = self.places
        if event.chain > 1 or event.y >= len(places) or self.text_selection is not None:
            return
        place = places[event.y]
        layout = self._layout(place.ordinal)
        self.current = place.ordinal
        if layout is not None and place.row != LAST_ROW and layout.row_text(place.row).startswith(("▸ ", "▾ ")):
            self.action_fold()
        else:
            self.changed()

    def _hold(self, part: MessageSlice) -> None:
        self._pages = PageCache(part.total)
        self._pages.fill(part)
        self._rows.clear()
        self._strips.clear()
        self._in_flight, self.wanted = False, None
        self.await_place(None)

    def _ask(self) -> None:
        """Ask for the nearest messages that are missing, one request at a time."""
        if self._in_flight or self.conversation is None or not self.total or not self.viewport.height:
            return
        place, (first, last) = self._pending, self.seen
        wanted = self._pages.missing(place.ordinal, place.ordinal) if place is not None else None
        wanted = wanted or self._pages.missing(first, last) or self._pages.missing(first - AHEAD, last + AHEAD)
        if wanted is not None:
            self._in_flight = True
            self.post_message(MessagesWanted(self.conversation.id, *wanted))

    def _seek(self, place: Place) -> None:
        """Put a row of a held message at the top, a match into the upper part of the screen if it is not there."""
        self.wanted = None
        if place.row == MATCH_ROW:
            place = Place(place.ordinal, self._match_row(place.ordinal))
            self._frame = None
            if place not in self.places:
                self.viewport.seek(*place)
                shown = list(self.viewport.places())
                above = shown.index(place) if place in shown else 0
                self.viewport.move(min(0, above - self.viewport.height // 3))
            self.viewport.follows = False
        else:
            self.viewport.seek(*place)
        self._hold_current_in_view()

    def _hold_current_in_view(self) -> None:
        self._frame = None
        first, last = self.seen
        if self._pending is None and last >= first and not first <= self.current <= last:
            self.current = first if self.current < first else last
