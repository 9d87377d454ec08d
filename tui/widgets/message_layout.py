"""Laid-out messages, remembered: logical lines by message, wrapped rows by width; what a selection of them copies.

Keys are message cursors, not positions, so that a corrected order loses nothing. A selection's offsets are those of
``encode_line``: they name a logical line of a message, so that they hold while the rows scroll, load and change size.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from textual.geometry import Offset
from textual.selection import Selection

from tui.text.message.layout_options import SEPARATOR
from tui.text.message.stored_part import Edge, stored_part
from tui.text.visible import visible
from tui.text.words import word_at
from tui.text.wrap import Row, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.records import Message, MessageCursor
    from tui.text.lines import Line
    from tui.text.message.layout_options import Context, Options
    from tui.text.message.message_lines import MessageView

LAYOUTS = 600
"""Laid-out messages kept at most."""
BUDGET = 4_000_000
"""Characters of laid-out text kept at most, so that a few huge messages cannot fill the memory."""
LINE_BITS = 20
"""A selection offset is the message's position shifted by so many bits, plus the logical line."""


class Layout(NamedTuple):
    """A message laid out at a width."""

    view: MessageView
    rows: list[Row]

    def row_text(self, row: int) -> str:
        """Return the text of a row with its prefix."""
        number, start, end, prefix = self.rows[row]
        return prefix + self.view.lines[number].text[start:end]

    def row_at(self, line: int, start: int) -> int:
        """Return the row that shows a character of a logical line."""
        for index, row in enumerate(self.rows):
            if row.line > line or (row.line == line and (row.end > start or row.start >= start)):
                return index if row.line == line else max(0, index - 1)
        return len(self.rows) - 1

    def row_showing(self, other: Layout, row: int) -> int:
        """Return the row that shows what a row of another layout of the same message shows."""
        shown = next((at for at in other.rows[row:] if other.view.lines[at.line].source >= 0), None)
        if shown is None:
            return min(row, len(self.rows) - 1)
        source = other.view.lines[shown.line].source
        found = 0
        for index, at in enumerate(self.rows):
            line = self.view.lines[at.line].source
            if line > source:
                return found or index
            if line == source and (not found or at.start <= shown.start):
                found = index
        return found or min(row, len(self.rows) - 1)


class Part(NamedTuple):
    """A message under a selection, laid out."""

    ordinal: int
    message: Message
    view: MessageView


class RowStore:
    """The laid-out messages of the open conversation, least recently used dropped first."""

    def __init__(self) -> None:
        self._layouts: OrderedDict[MessageCursor, tuple[object, Layout]] = OrderedDict()
        self._sizes = 0
        self._toggled: set[MessageCursor] = set()
        self._switched: set[MessageCursor] = set()

    def clear(self, *, toggles: bool = False) -> None:
        """Forget every layout, and what the reader folded, opened or had shown as written if ``toggles``."""
        self._layouts.clear()
        self._sizes = 0
        if toggles:
            self._toggled.clear()
            self._switched.clear()

    def toggle(self, cursor: MessageCursor) -> None:
        """Fold or open a message against its default."""
        self._toggled ^= {cursor}
        self.forget(cursor)

    def switch_markup(self, cursor: MessageCursor) -> None:
        """Show a message as it was written instead of rendered, or the other way round."""
        self._switched ^= {cursor}
        self.forget(cursor)

    def forget(self, cursor: MessageCursor) -> None:
        """Forget the layout of one message."""
        dropped = self._layouts.pop(cursor, None)
        if dropped is not None:
            self._sizes -= _size(dropped[1])

    def peek(self, cursor: MessageCursor) -> Layout | None:
        """Return the layout of a message if it is remembered."""
        known = self._layouts.get(cursor)
        return known[1] if known is not None else None

    def view(self, message: Message, width: int, options: Options, context: Context) -> MessageView:
        """Return the logical lines of a message.

        Args:
            message: The message.
            width: Columns for its text.
            options: How to lay it out.
            context: Its neighbours.
        """
        from tui.text.message.message_lines import view_message

        is_toggled = message.cursor in self._toggled
        if message.cursor in self._switched:
            options = options._replace(markup=options.markup.following)
        return view_message(message, options, context, is_toggled=is_toggled, width=width)

    def layout(self, message: Message, width: int, options: Options, context: Context, around: object) -> Layout:
        """Return a message laid out.

        Args:
            message: The message.
            width: Columns for its text.
            options: How to lay it out.
            context: Its neighbours.
            around: Anything that equals itself as long as the neighbours mean the same to the layout.
        """
        key = (width, around)
        known = self._layouts.get(message.cursor)
        if known is not None and known[0] == key:
            self._layouts.move_to_end(message.cursor)
            return known[1]
        view = self.view(message, width, options, context)
        # A separator is drawn across the pane, its text cut to the room: one row, however narrow.
        rows = [
            row for row in wrap(view.lines, max(1, width)) if not (row.start and _is_separator(view.lines[row.line]))
        ]
        layout = Layout(view, rows)
        self.forget(message.cursor)
        self._layouts[message.cursor] = (key, layout)
        self._sizes += _size(layout)
        while len(self._layouts) > LAYOUTS or (self._sizes > BUDGET and len(self._layouts) > 1):
            _, (_, dropped) = self._layouts.popitem(last=False)
            self._sizes -= _size(dropped)
        return layout


def own_lines(view: MessageView) -> range:
    """Return the lines of a message that are its own text, or stand for it: neither separators nor who spoke."""
    return range(view.text if view.text < view.end else view.body, view.end)


def encode_line(ordinal: int, line: int) -> int:
    """Return the selection offset of a logical line of a message."""
    return (ordinal << LINE_BITS) + min(line, (1 << LINE_BITS) - 1)


def decode_line(offset: int) -> tuple[int, int]:
    """Return the message's position and the logical line of a selection offset."""
    return offset >> LINE_BITS, offset & ((1 << LINE_BITS) - 1)


def pointed_at(layout: Layout, offset: Offset, *, is_whole: bool) -> Selection | None:
    """Return the word that lies under the pointer, or its message; ``None`` where there is neither.

    Args:
        layout: The message under the pointer.
        offset: The selection offset there.
        is_whole: Whether the whole message is meant.
    """
    ordinal, number = decode_line(offset.y)
    lines, own = layout.view.lines, own_lines(layout.view)
    if number >= len(lines):
        return None
    if is_whole and own:
        end = Offset(len(lines[own.stop - 1].text), encode_line(ordinal, own.stop - 1))
        return Selection(Offset(0, encode_line(ordinal, own.start)), end)
    start, stop = (0, len(lines[number].text)) if is_whole else word_at(lines[number].text, offset.x)
    return Selection(Offset(start, offset.y), Offset(stop, offset.y))


def selected_messages(selection: Selection, total: int) -> range:
    """Return the positions of the messages that a selection touches, of a conversation of ``total``."""
    first = decode_line(selection.start.y)[0] if selection.start else 0
    last = decode_line(selection.end.y)[0] if selection.end else total - 1
    return range(max(0, first), min(last, total - 1) + 1)


def selected_text(selection: Selection, parts: Iterable[Part]) -> str:
    """Return the stored text of messages under a selection, sanitised; as it is shown where none is stored."""
    lines: list[str] = []
    for part in parts:
        lines += _selected_lines(selection, part)
    return "\n".join(lines).strip("\n")


def _selected_lines(selection: Selection, part: Part) -> list[str]:
    view = part.view
    pieces = [_piece(selection, part.ordinal, number, line.text) for number, line in enumerate(view.lines)]
    own = range(view.text, view.end)
    if own and all(pieces[number] == view.lines[number].text for number in own):
        whole = (*pieces[: view.text], visible(part.message.content), *pieces[view.end :])
        return [piece for piece in whole if piece is not None]
    stored = [number for number in own if pieces[number] is not None and view.lines[number].source >= 0]
    if not stored:
        return [piece for piece in pieces if piece is not None]
    first, last = stored[0], stored[-1]
    text = stored_part(
        visible(part.message.content),
        Edge(view.lines[first], _edges(selection, part, first)[0]),
        Edge(view.lines[last], _edges(selection, part, last)[1]),
    )
    return [piece for piece in (*pieces[:first], text, *pieces[last + 1 :]) if piece is not None]


def _edges(selection: Selection, part: Part, number: int) -> tuple[int, int]:
    """Return where the selected part of a line begins and ends."""
    text = part.view.lines[number].text
    start, end = selection.get_span(encode_line(part.ordinal, number)) or (0, 0)
    return max(0, start), len(text) if end < 0 else min(end, len(text))


def _piece(selection: Selection, ordinal: int, number: int, text: str) -> str | None:
    """Return the selected part of a line, ``None`` if none of it is selected."""
    span = selection.get_span(encode_line(ordinal, number))
    if span is None:
        return None
    start, end = span
    return text[max(0, start) : len(text) if end < 0 else end]


def _is_separator(line: Line) -> bool:
    return bool(line.spans) and line.spans[0].style == SEPARATOR


def _size(layout: Layout) -> int:
    return sum(len(line.text) for line in layout.view.lines) + 64
