"""How messages look: laid out as rows at a width, painted with marks and selection, and copied from.

Knows records, never the store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.domain.turns import TurnNumbers, Work
from tui.model.message_pages import PageCache
from tui.model.viewport import LAST_ROW, Place
from tui.text.message.layout_options import SEPARATOR, Context, Options
from tui.widgets.anchored_view import AnchoredView
from tui.widgets.match_walk import MatchCount, MatchWalk
from tui.widgets.message_layout import (
    Layout,
    Part,
    RowStore,
    decode_line,
    encode_line,
    pointed_at,
    selected_messages,
    selected_text,
)
from tui.widgets.paint import Palette, pad, paint_text, painted_row, rule
from tui.widgets.shared_messages import NoEffect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.segment import Segment
    from textual import events
    from textual.selection import Selection
    from textual.strip import Strip

    from store.domain.query import Query
    from store.records import Message, MessageCursor, MessageSlice

STRIPS = 200
"""Painted rows kept, about three screens: strips weigh on the garbage collector."""
TEXT_WIDTH = 100
"""Columns of text at most, however wide the terminal is."""
GUTTER = 2
"""Columns of the bar that tells who speaks."""


class MessagePane(AnchoredView):
    """The held messages of a conversation as rows."""

    ALLOW_SELECT = True

    def __init__(self, options: Options, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.current = 0
        """Position of the message that keys act on."""
        self.new_after: MessageCursor | None = None
        """The last message that was seen before; ``None`` if nothing is new."""
        self.turns = TurnNumbers()
        """The numbers of the turns, as far as they are known."""
        self._options = options
        self._work = Work.NONE
        self._bookmarks: Mapping[tuple[str, MessageCursor], str] = {}
        self._pages = PageCache()
        self._rows = RowStore()
        self._matches = MatchWalk(self._layout, self._rows)
        self._palette = Palette(self, "transcript")
        # Each with its layout, which keeps the identity in the key from being given to another one.
        self._strips: dict[tuple[object, ...], tuple[Layout, Strip]] = {}

    # How it is shown.

    def set_options(self, options: Options) -> None:
        """Lay messages out differently; the line on top stays on top."""
        self._options = options
        self._lay_out_anew()

    def mark(self, query: Query | None) -> None:
        """Mark where the words of a query occur, ``None`` for nothing."""
        if self._matches.seek(query):
            self._strips.clear()
            self.refresh()

    def show_turns(self, turns: TurnNumbers) -> None:
        """Number the turns."""
        self.turns = turns
        self.settle()

    def show_work(self, work: Work) -> None:
        """Tell below the last message what the agent is doing."""
        if work is not self._work:
            self._work = work
            self.settle()

    def mark_new(self, after: MessageCursor | None) -> None:
        """Draw a line above the first message after a place, ``None`` for none."""
        if after != self.new_after:
            self.new_after = after
            self._lay_out_anew()

    def show_bookmarks(self, notes: Mapping[tuple[str, MessageCursor], str]) -> None:
        """Show which messages are bookmarked: their notes by conversation and place."""
        if notes != self._bookmarks:
            self._bookmarks = notes
            self.settle()

    # What others may read.

    @property
    def options(self) -> Options:
        """Return how messages are laid out."""
        return self._options

    @property
    def total(self) -> int:
        """Return the number of messages in the open conversation."""
        return self._pages.total

    @property
    def seen(self) -> tuple[int, int]:
        """Return the positions of the first and the last message on the screen; the last is -1 if there is none."""
        places = self.places
        return (places[0].ordinal, places[-1].ordinal) if places else (0, -1)

    @property
    def current_message(self) -> Message | None:
        """Return the message that keys act on."""
        return self._pages.get(self.current)

    @property
    def matches(self) -> MatchCount:
        """Return which match of the current message is shown, and how many it has."""
        message = self.current_message
        number, of = self._matches.number(self.current), self._matches.count(self.current)
        return MatchCount(number, of, message is None or message.is_whole)

    @property
    def anchor_message(self) -> Message | None:
        """Return the message at the top of the screen."""
        return self._pages.get(self.viewport.anchor.ordinal)

    @property
    def last_seen_cursor(self) -> MessageCursor | None:
        """Return the place of the last message on the screen."""
        message = self._pages.get(self.seen[1])
        return message.cursor if message is not None else None

    def goes_on_from(self, place: MessageCursor) -> bool:
        """Tell whether nothing lies between a place and what is on the screen."""
        first = self.seen[0]
        above = self._pages.neighbour(first - 1)
        return not first or (above is not None and above.cursor <= place)

    def visible_rows(self) -> list[tuple[int, int, str]]:
        """Return what is on the screen as (message position, row of the message, text)."""
        shown = []
        for ordinal, row in self.places:
            layout = None if row == LAST_ROW else self._layout(ordinal)
            shown.append((ordinal, row, layout.row_text(row) if layout else ""))
        return shown

    def take_cut_in_picture(self) -> Message | None:
        """Return a message on the screen whose head ends within a picture, each once: what it says comes behind."""
        return self._pages.take_cut_in_picture(dict.fromkeys(place.ordinal for place in self.places))

    # What keys do.

    def action_step_tools(self) -> None:
        """Show tool calls folded, by a line each, or in full."""
        self.set_options(self._options._replace(tools=self._options.tools.following))

    def action_step_markup(self) -> None:
        """Show the current message as it was written, or rendered; the line on top stays on top."""
        message, anchor = self.current_message, self.viewport.anchor
        if message is None:
            self.say_end(0)
            return
        before = self._layout(self.current)
        self._rows.switch_markup(message.cursor)
        after = self._layout(self.current)
        if before is not None and after is not None and anchor.ordinal == self.current and anchor.row > 0:
            self.viewport.follows = False
            self.viewport.anchor = Place(self.current, after.row_showing(before, anchor.row))
        self.settle()

    def action_step_times(self) -> None:
        """Show times as clock, in full, or not at all."""
        self.set_options(self._options._replace(times=self._options.times.following))

    def say_end(self, direction: int) -> None:
        """Say that there is no message farther in a direction, towards the start if negative."""
        end = "This is the start of the conversation." if direction < 0 else "This is its newest message."
        self.post_message(NoEffect(end if self.total else "There is no message here."))

    # Layout and paint.

    def measure(self, ordinal: int) -> int | None:
        """Return the rows a message takes, ``None`` if it is not held or the pane has no width yet."""
        layout = self._layout(ordinal) if self.size.width else None
        return None if layout is None else len(layout.rows)

    def _layout(self, ordinal: int) -> Layout | None:
        message = self._pages.get(ordinal)
        if message is None:
            return None
        previous, following = self._pages.neighbour(ordinal - 1), self._pages.neighbour(ordinal + 1)
        is_first, is_last = ordinal == 0, ordinal == self.total - 1
        is_first_new = self._is_first_new(message, previous, is_first=is_first)
        turn, note = self.turns.number(ordinal), self._note(message)
        context = Context(previous, following, is_first, is_last, is_first_new, turn, self._work, note)
        around = (len(message.content), context.shown)
        return self._rows.layout(message, self._text_width, self._options, context, around)

    def _note(self, message: Message) -> str | None:
        """Return the note of a message's bookmark, ``None`` if it has none."""
        return self._bookmarks.get((message.conversation_id, message.cursor))

    def _is_first_new(self, message: Message, previous: Message | None, *, is_first: bool) -> bool:
        if self.new_after is None or message.cursor <= self.new_after:
            return False
        return is_first or (previous is not None and previous.cursor <= self.new_after)

    @property
    def _text_width(self) -> int:
        return max(1, min(TEXT_WIDTH, self.size.width - GUTTER - 1))

    def _lay_out_anew(self) -> None:
        """Lay every message out again, the character at the top of the screen staying there."""
        anchor, shown = self.viewport.anchor, None
        message = self._pages.get(anchor.ordinal)
        if message is not None and anchor.row > 0 and (known := self._rows.peek(message.cursor)) is not None:
            shown = known.rows[min(anchor.row, len(known.rows) - 1)]
        self._rows.clear()
        self._strips.clear()
        self.viewport.remeasure()
        layout = self._layout(anchor.ordinal)
        if shown is not None and layout is not None:
            self.viewport.anchor = Place(anchor.ordinal, layout.row_at(shown.line, shown.start))
        self.settle()

    def paint(self, place: Place, *, with_offsets: bool) -> Strip:
        """Return a painted row of a message."""
        ordinal, number = place
        layout = None if number == LAST_ROW else self._layout(ordinal)
        if layout is None or number >= len(layout.rows):
            return self._paint_waiting()
        row = layout.rows[number]
        selection = self.text_selection
        selected = selection.get_span(encode_line(ordinal, row.line)) if selection is not None else None
        is_current = ordinal == self.current and self.has_focus
        key = (ordinal, number, id(layout), self.size.width, selected, is_current)
        painted = self._strips.get(key)
        if painted is None:
            if len(self._strips) >= STRIPS:
                self._strips.clear()
            painted = (layout, self._paint_row(layout, place, selected, is_current=is_current))
            self._strips[key] = painted
        strip = painted[1]
        if with_offsets:
            x = row.start - len(row.prefix) - GUTTER
            return strip.apply_offsets(x, encode_line(ordinal, row.line))
        return strip

    def _paint_row(
        self, layout: Layout, place: Place, selected: tuple[int, int] | None, *, is_current: bool
    ) -> Strip:
        row, message = layout.rows[place.row], self._pages.get(place.ordinal)
        line = layout.view.lines[row.line]
        width, palette = self.size.width, self._palette
        segments: list[Segment]
        if layout.view.body <= row.line < layout.view.end:
            segments = [
                palette.segment("▌ ", "cursor") if is_current else palette.segment("▏ ", layout.view.role_style)
            ]
        else:
            segments = [palette.segment("  ")]
        if line.spans and line.spans[0].style == SEPARATOR:
            segments += rule(line.text, self._text_width, palette, SEPARATOR)
        else:
            under = (line.fill,) if line.fill else ()
            overlays = self._matches.on_line(layout, row.line, None if message is None else message.cursor)
            text = paint_text(line, row, palette, under=under, selected=selected, overlays=overlays)
            segments += pad(text, self._text_width, palette(*under)) if under else text
        return painted_row(segments, width, palette())

    def _paint_waiting(self) -> Strip:
        text = self._palette.segment("  ⋯ loading", "muted")
        return painted_row([text], self.size.width, self._palette())

    def notify_style_update(self) -> None:
        """Forget painted rows when the theme or the focus changed."""
        super().notify_style_update()
        self._palette.clear()
        self._strips.clear()

    def _match_row(self, ordinal: int) -> int:
        """Return the row of the match of a message that is to be shown; 0 for none."""
        message = self._pages.get(ordinal)
        return 0 if message is None else self._matches.row(ordinal, message.cursor)

    # Selection.

    def on_click(self, event: events.Click) -> None:
        """Select the word under a double click, the message under a triple one."""
        if event.chain < 2:
            return
        # Textual would take all that there is.
        event.prevent_default()
        _, offset = self.screen.get_widget_and_offset_at(event.screen_x, event.screen_y)
        if offset is None or not self.total:
            return
        layout = self._layout(decode_line(offset.y)[0])
        selection = layout and pointed_at(layout, offset, is_whole=event.chain > 2)
        if selection is not None:
            self.screen.selections = {self: selection}

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the selected text of the messages held; see ``selected_text``."""
        ordinals = selected_messages(selection, self.total)
        held = self._pages.held(ordinals.start, ordinals.stop - 1) if ordinals else []
        parts = []
        for ordinal in held:
            message, layout = self._pages.get(ordinal), self._layout(ordinal)
            if message is not None and layout is not None:
                parts.append(Part(ordinal, message, layout.view))
        return selected_text(selection, parts), "\n"

    def text_of(self, selection: Selection, ordinals: range, part: MessageSlice) -> str:
        """Return the selected text of messages, held or not; ``part`` has them and their neighbours."""
        by_ordinal = dict(enumerate(part.messages, part.start))
        parts = []
        for ordinal in ordinals:
            if (message := by_ordinal.get(ordinal)) is not None:
                previous, following = by_ordinal.get(ordinal - 1), by_ordinal.get(ordinal + 1)
                turn, note = self.turns.number(ordinal), self._note(message)
                is_first, is_last = ordinal == 0, ordinal == part.total - 1
                context = Context(previous, following, is_first, is_last, False, turn, self._work, note)
                view = self._rows.view(message, self._text_width, self._options, context)
                parts.append(Part(ordinal, message, view))
        return selected_text(selection, parts)

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw the selection."""
        self.refresh()
