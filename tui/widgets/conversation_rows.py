"""How a conversation looks in the list: a line with its title, channel and age, a line with its newest message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from store.records import Kind
from tui.text.message.preview import preview_text
from tui.text.routine.run_reports import SIGNS, report
from tui.text.visible import one_line
from tui.text.wrap import fit
from tui.text.wrap import pad as pad_text
from tui.widgets.paint import painted_row

if TYPE_CHECKING:
    from rich.segment import Segment
    from textual.strip import Strip

    from store.records import Conversation
    from tui.widgets.paint import Palette

CHANNEL_WIDTH = 9
TIME_WIDTH = 8
COUNT_WIDTH = 6
ROOMY = 40
"""Columns from which the channel stands beside the title; below, it stands before the preview."""
MOST_FAILURES = 99
"""Failures in a row that are counted out."""
MOST_UNSEEN = 99
"""New messages that are counted out."""
NEARLY = "≈ "
"""Stands before an early message in place of the first, and before a recent one in place of the newest."""
LINES = 200
"""Painted lines kept."""


class PaintedRows:
    """Painted lines of conversations, kept until the styles change.

    Args:
        palette: Styles by name.
    """

    def __init__(self, palette: Palette) -> None:
        self._palette = palette
        # Each with its record, which keeps the identity in the key from being given to another one.
        self._lines: dict[tuple[object, ...], tuple[Conversation, Strip]] = {}

    def clear(self) -> None:
        """Forget every line."""
        self._lines.clear()

    def line(
        self,
        row: Conversation,
        part: int,
        width: int,
        age: str,
        unseen: int,
        *,
        is_selected: bool,
        is_marked: bool,
        has_focus: bool,
    ) -> Strip:
        """Return a painted line.

        Args:
            row: The conversation.
            part: 0 for its first line, 1 for its second.
            width: Cells of the line.
            age: How long ago something was written in it.
            unseen: How many of its messages are new.
            is_selected: Whether it is the selected one.
            is_marked: Whether the reader marked it.
            has_focus: Whether the list has the focus.
        """
        key = (id(row), part, width, age, unseen, is_selected, is_marked, has_focus)
        painted = self._lines.get(key)
        if painted is None:
            if len(self._lines) >= LINES:
                self._lines.clear()
            under = ("selected",) if is_selected else ()
            if part:
                drawn = preview_line(self._palette, row, width - 2, unseen, under)
            else:
                drawn = title_line(self._palette, row, width - 2, age, under, is_marked=is_marked)
            painted = self._lines[key] = row, self._paint(drawn, width, under)
        return painted[1]

    def _paint(self, drawn: list[Segment], width: int, under: tuple[str, ...]) -> Strip:
        palette, is_selected = self._palette, bool(under)
        mark = palette.segment("▌", *under, "mark") if is_selected else palette.segment(" ")
        return painted_row([mark, *drawn, palette.segment(" ", *under)], width, palette(*under))


def title_line(
    palette: Palette, row: Conversation, width: int, age: str, under: tuple[str, ...], *, is_marked: bool = False
) -> list[Segment]:
    """Return the first line of a row: its title, how its routine is doing, its channel, its age.

    Args:
        palette: The styles.
        row: The conversation.
        width: Cells for all of it.
        age: How long ago it was used.
        under: Names of the styles below each part.
        is_marked: Whether the reader marked it.
    """
    sign, style = _state(row)
    tail = [palette.segment(f" {sign} ", *under, style)]
    if width >= ROOMY:
        tail.append(_channel(palette, row, under))
    tail.append(palette.segment(pad_text(age, TIME_WIDTH, "right"), *under, "time"))
    room = max(1, width - sum(segment.cell_length for segment in tail))
    signs = ("◆ " if is_marked else "") + ("⚠ " if row.flaws else "") + ("" if row.is_title_exact else NEARLY)
    title = pad_text(signs + fit(one_line(row.full_title), max(1, room - cell_len(signs))), room)
    return [palette.segment(title, *under, "title", *(f"{name}-title" for name in under)), *tail]


def preview_line(
    palette: Palette, row: Conversation, width: int, unseen: int, under: tuple[str, ...]
) -> list[Segment]:
    """Return the second line of a row: its newest message, and how many it has or how many are new.

    Args:
        palette: The styles.
        row: The conversation.
        width: Cells for all of it.
        unseen: How many of its messages are new, 0 for none.
        under: Names of the styles below each part.
    """
    head = [palette.segment("  ", *under)]
    if width < ROOMY:
        head += [_channel(palette, row, under), palette.segment(" ", *under)]
    preview = "no messages yet"
    if row.preview is not None:
        preview = preview_text(row.preview.role, row.preview.text)
        if row.preview.role == "user" and row.kind is Kind.CHAT:
            preview = f"you: {preview}"
        if not row.preview.is_exact:
            preview = f"{NEARLY}{preview}"
    count = "" if row.preview is None else str(row.total)
    if unseen:
        count = f"• {unseen}" if unseen < MOST_UNSEEN else f"• {MOST_UNSEEN}+"
    room = max(1, width - COUNT_WIDTH - 1 - sum(segment.cell_length for segment in head))
    return [
        *head,
        palette.segment(f"{pad_text(preview, room)} ", *under, "preview"),
        palette.segment(pad_text(count, COUNT_WIDTH, "right"), *under, "unseen" if unseen else "count"),
    ]


def _state(row: Conversation) -> tuple[str, str]:
    """Return how a routine is doing, and its style: how often it has failed in a row, else how its last run ended."""
    failures = row.routine.consecutive_failures if row.routine is not None else 0
    if failures:
        many = str(failures) if failures <= MOST_FAILURES else f"{MOST_FAILURES}+"
        return (f"✗ {many}" if failures > 1 else "✗"), "failing"
    if row.kind is Kind.ROUTINE and row.preview is not None:
        status = report(row.preview.role, row.preview.text).status
        return SIGNS.get(status, " "), "failing" if status in ("failed", "") else "count"
    return " ", "failing"


def _channel(palette: Palette, row: Conversation, under: tuple[str, ...]) -> Segment:
    return palette.segment(pad_text(one_line(row.channel), CHANNEL_WIDTH), *under, "channel")
