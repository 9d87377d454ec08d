"""Markdown tables as aligned columns with thin lines between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from rich.cells import cell_len

from tui.text.lines import Line, Span
from tui.text.wrap import fit

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMN_WIDTH = 40
"""Columns of the terminal that one column of a table takes at most."""

Cell = tuple[str, tuple[Span, ...]]


def table_lines(rows: Sequence[Sequence[Cell]], aligns: Sequence[str]) -> list[Line]:
    """Return a table as lines, the first row being its head.

    Args:
        rows: Cells as text and styles; short rows are filled up.
        aligns: ``right``, ``center`` or anything else for left, by column.
    """
    count = max((len(row) for row in rows), default=0)
    widths = [1] * count
    for row in rows:
        for column, (text, _) in enumerate(row):
            widths[column] = min(COLUMN_WIDTH, max(widths[column], cell_len(text)))
    lines = []
    for number, row in enumerate(rows):
        lines.append(_row(row, widths, aligns, is_head=number == 0))
        if number == 0:
            text = "─┼─".join("─" * width for width in widths)
            lines.append(Line(text, (Span(0, len(text), "table-line"),), wrap=False))
    return lines


def _row(row: Sequence[Cell], widths: Sequence[int], aligns: Sequence[str], *, is_head: bool) -> Line:
    text = ""
    spans: list[Span] = []
    for column, width in enumerate(widths):
        if column:
            spans.append(Span(len(text), len(text) + 3, "table-line"))
            text += " │ "
        content, styles = row[column] if column < len(row) else ("", ())
        shown = fit(content, width)
        left = _left(
            width - cell_len(shown),
            cast("Literal['left', 'right', 'center']", aligns[column : column + 1] and aligns[column]),
        )
        start = len(text) + left
        kept = len(shown) - (shown != content)
        spans += [Span(start + s, start + min(e, kept), style) for s, e, style in styles if s < kept]
        if is_head:
            spans.append(Span(start, start + len(shown), "table-head"))
        text += " " * left + shown + " " * (width - cell_len(shown) - left)
    return Line(text.rstrip(), tuple(span for span in spans if span.start < len(text.rstrip())), wrap=False)


def _left(space: int, align: object) -> int:
    return space if align == "right" else space // 2 if align == "center" else 0
