"""Markdown tables as aligned columns with thin lines between them, or cell below cell where there is no room."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from tui.text.lines import Line, Span
from tui.text.wrap import wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.text.markdown.inline import StyledText
    from tui.text.wrap import Row

TABLE_WIDTH = 94
"""Columns of the terminal that a table takes unless told otherwise; its widest columns give way first."""
LEAST_WIDTH = 6
"""Columns of the terminal that a column needs if it has so much to show; where it has less, there are no columns."""
LINES_A_ROW = 40
"""Lines that one row of a table takes at most as columns; longer ones stand cell below cell."""


class TableRow(NamedTuple):
    """A row of a table."""

    cells: list[list[StyledText]]
    """What each holds, line by line; a short row goes without the last ones."""
    source: int = -1
    """The line of the stored text that it stands on."""


def table_lines(rows: Sequence[TableRow], aligns: Sequence[str], room: int = TABLE_WIDTH) -> list[Line]:
    """Return a table as lines, the first row being its head; long cells take several lines, and all are shown.

    Args:
        rows: Its rows.
        aligns: ``right``, ``center`` or anything else for left, by column.
        room: Columns of the terminal that the table may take.
    """
    widths = _widths(rows, room)
    if len(widths) > 1 and sum(widths) + 3 * (len(widths) - 1) > room:
        return _stacked(rows)
    lines = []
    for number, row in enumerate(rows):
        shown = _row(row, widths, aligns, is_head=number == 0)
        if len(shown) > LINES_A_ROW and len(widths) > 1:
            return _stacked(rows)
        lines += shown
        if number == 0:
            text = "─┼─".join("─" * width for width in widths)
            lines.append(Line(text, (Span(0, len(text), "table-line"),), wrap=False, source=row.source))
    return lines


def _stacked(rows: Sequence[TableRow]) -> list[Line]:
    """Return the cells of each row one below the other, each behind the head of its column."""
    heads = [" ".join(text for text, _ in cell) for cell in rows[0].cells]
    lines: list[Line] = []
    for row in rows[1:] or rows:
        if lines:
            lines.append(Line("─" * 12, (Span(0, 12, "table-line"),), wrap=False, source=row.source))
        for column, cell in enumerate(row.cells):
            head = f"{heads[column]}: " if column < len(heads) and heads[column] and row is not rows[0] else ""
            for number, (text, spans) in enumerate(cell):
                before = head if number == 0 else ""
                moved = [span._replace(start=span.start + len(before), end=span.end + len(before)) for span in spans]
                over = (Span(0, len(before), "table-head"),) if before else ()
                lines.append(Line(before + text, (*over, *moved), rest="  ", source=row.source))
    return lines


def _widths(rows: Sequence[TableRow], room: int) -> list[int]:
    count = max((len(row.cells) for row in rows), default=0)
    widths = [1] * count
    for row in rows:
        for column, cell in enumerate(row.cells):
            for text, _ in cell:
                widths[column] = max(widths[column], min(room, cell_len(text)))
    room = max(room - 3 * (count - 1), sum(min(width, LEAST_WIDTH) for width in widths))
    while sum(widths) > room:
        widest = max(widths)
        second = max((width for width in widths if width < widest), default=1)
        many = widths.count(widest)
        lower = max(second, widest - max(1, (sum(widths) - room) // many), 1)
        widths = [lower if width == widest else width for width in widths]
    return widths


def _row(row: TableRow, widths: Sequence[int], aligns: Sequence[str], *, is_head: bool) -> list[Line]:
    cells = [row.cells[column] if column < len(row.cells) else [] for column in range(len(widths))]
    pieces = [
        wrap([Line(text) for text, _ in cell], width)[: LINES_A_ROW + 1]
        for cell, width in zip(cells, widths, strict=True)
    ]
    return [
        _line(
            cells, [piece[index] if index < len(piece) else None for piece in pieces], widths, aligns, is_head
        )._replace(source=row.source)
        for index in range(max(map(len, pieces), default=0))
    ]


def _line(
    cells: Sequence[Sequence[StyledText]],
    pieces: Sequence[Row | None],
    widths: Sequence[int],
    aligns: Sequence[str],
    is_head: bool,
) -> Line:
    """Return one line of a row: the piece of each cell that stands on it."""
    text = ""
    spans: list[Span] = []
    for column, width in enumerate(widths):
        if column:
            spans.append(Span(len(text), len(text) + 3, "table-line"))
            text += " │ "
        piece = pieces[column]
        content, styles = cells[column][piece.line] if piece is not None else ("", ())
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
