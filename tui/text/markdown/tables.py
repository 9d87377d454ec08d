"""Markdown tables as aligned columns with thin lines between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from tui.text.lines import Line, Span
from tui.text.wrap import wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.text.wrap import Row

TABLE_WIDTH = 94
"""Columns of the terminal that a table takes unless told otherwise; its widest columns give way first."""
LINES_A_ROW = 40
"""Lines that one row of a table takes at most."""

Cell = tuple[str, tuple[Span, ...]]


def table_lines(rows: Sequence[Sequence[Cell]], aligns: Sequence[str], room: int = TABLE_WIDTH) -> list[Line]:
    """Return a table as lines, the first row being its head; long cells take several lines.

    Args:
        rows: Cells as text and styles; short rows are filled up.
        aligns: ``right``, ``center`` or anything else for left, by column.
        room: Columns of the terminal that the table may take.
    """
    widths = _widths(rows, room)
    lines = []
    for number, row in enumerate(rows):
        lines += _row(row, widths, aligns, is_head=number == 0)
        if number == 0:
            text = "─┼─".join("─" * width for width in widths)
            lines.append(Line(text, (Span(0, len(text), "table-line"),), wrap=False))
    return lines


def _widths(rows: Sequence[Sequence[Cell]], room: int) -> list[int]:
    count = max((len(row) for row in rows), default=0)
    widths = [1] * count
    for row in rows:
        for column, (text, _) in enumerate(row):
            widths[column] = max(widths[column], min(room, cell_len(text)))
    room = max(room - 3 * (count - 1), 4 * count)
    while sum(widths) > room:
        widest = max(widths)
        second = max((width for width in widths if width < widest), default=1)
        many = widths.count(widest)
        lower = max(second, widest - max(1, (sum(widths) - room) // many), 1)
        widths = [lower if width == widest else width for width in widths]
    return widths


def _row(row: Sequence[Cell], widths: Sequence[int], aligns: Sequence[str], *, is_head: bool) -> list[Line]:
    cells = [row[column] if column < len(row) else ("", ()) for column in range(len(widths))]
    pieces = [wrap([Line(text)], width)[:LINES_A_ROW] for (text, _), width in zip(cells, widths, strict=True)]
    return [
        _line(cells, [piece[index] if index < len(piece) else None for piece in pieces], widths, aligns, is_head)
        for index in range(max(map(len, pieces), default=0))
    ]


def _line(
    cells: Sequence[Cell], pieces: Sequence[Row | None], widths: Sequence[int], aligns: Sequence[str], is_head: bool
) -> Line:
    """Return one line of a row: the piece of each cell that stands on it."""
    text = ""
    spans: list[Span] = []
    for column, width in enumerate(widths):
        if column:
            spans.append(Span(len(text), len(text) + 3, "table-line"))
            text += " │ "
        content, styles = cells[column]
        piece = pieces[column]
        first, last = (piece.start, piece.end) if piece is not None else (0, 0)
        shown = content[first:last]
        space = max(0, width - cell_len(shown))
        align = aligns[column] if column < len(aligns) else ""
        left = space if align == "right" else space // 2 if align == "center" else 0
        start = len(text) + left
        spans += [
            Span(start + max(s, first) - first, start + min(e, last) - first, style)
            for s, e, style in styles
            if s < last and e > first
        ]
        if is_head:
            spans.append(Span(start, start + len(shown), "table-head"))
        text += " " * left + shown + " " * (space - left)
    return Line(text, tuple(spans), wrap=False)
