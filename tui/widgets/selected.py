"""What a selection of the transcript copies: the stored text of whole messages, what is shown of parts of one.

Pure. A selection's offsets are those of ``encode_line``: they name a logical line of a message, so that they hold
while the transcript scrolls, loads and changes size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.text.visible import visible
from tui.widgets.message_layout import decode_line, encode_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.selection import Selection

    from store.records import Message
    from tui.text.message.message_lines import MessageView


class Part(NamedTuple):
    """A message under a selection, laid out."""

    ordinal: int
    message: Message
    view: MessageView


def selected_messages(selection: Selection, total: int) -> range:
    """Return the positions of the messages that a selection touches, of a conversation of ``total``."""
    first = decode_line(selection.start.y)[0] if selection.start else 0
    last = decode_line(selection.end.y)[0] if selection.end else total - 1
    return range(max(0, first), min(last, total - 1) + 1)


def selected_text(selection: Selection, parts: Iterable[Part]) -> str:
    """Return the text of messages under a selection, sanitised, one line of a message a line."""
    lines: list[str] = []
    for part in parts:
        lines += _selected_lines(selection, part)
    return "\n".join(lines).strip("\n")


def _selected_lines(selection: Selection, part: Part) -> list[str]:
    view = part.view
    pieces = [_piece(selection, part.ordinal, number, line.text) for number, line in enumerate(view.lines)]
    own = range(view.text, view.end)
    if own and all(pieces[number] == view.lines[number].text for number in own):
        before, after = pieces[: view.text], pieces[view.end :]
        pieces = [*before, visible(part.message.content), *after]
    return [piece for piece in pieces if piece is not None]


def _piece(selection: Selection, ordinal: int, number: int, text: str) -> str | None:
    """Return the selected part of a line, ``None`` if none of it is selected."""
    span = selection.get_span(encode_line(ordinal, number))
    if span is None:
        return None
    start, end = span
    return text[max(0, start) : len(text) if end < 0 else end]
