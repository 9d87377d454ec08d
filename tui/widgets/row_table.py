"""A table of short rows under a line of headings, if it has some, drawn where it is seen; one row is selected.

For modals: fields, changes, routines, edits. It is handed texts as stored and makes them visible itself; it knows
neither records nor the store.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

from textual.message import Message
from textual.reactive import var

from tui.commands import Scope, bindings
from tui.text.bars import bar
from tui.text.visible import one_line
from tui.text.wrap import fit
from tui.text.wrap import pad as pad_text
from tui.widgets.paint import painted_row
from tui.widgets.row_list import RowList
from tui.widgets.shared_messages import NewestMessage

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from rich.segment import Segment
    from textual.binding import BindingType
    from textual.geometry import Size
    from textual.strip import Strip

_GAP = 2
"""Cells between columns."""
_LONGEST = 2_000
"""Characters of a cell that are looked at."""


class Column(NamedTuple):
    """A column: its heading and how wide it is."""

    title: str
    width: int
    """Cells it takes at least."""
    share: int = 0
    """Its part of the room that is left over."""
    style: str = ""
    align: Literal["left", "right"] = "left"
    from_width: int = 0
    """The width of the table from which the column is shown."""
    is_bar: bool = False
    """Whether its cells are shares, 0 to 1 as text, to be drawn as bars."""


class Row(NamedTuple):
    """A row: a cell for each column."""

    cells: tuple[str, ...]
    """Texts, as stored."""
    style: str = ""
    """A style over the styles of the columns, such as ``muted``; empty for none."""
    last_style: str = ""
    """The style of the last cell, over all others; empty for none."""
    id: Hashable = None
    """What tells it from the others of its table, whatever their order."""
    is_fixed: bool = False
    """Whether it is never selected; with a single cell it is a heading for the rows below."""


class Table(RowList, can_focus=True):
    """Rows of cells; the selected one is marked.

    Args:
        columns: The columns, from the left.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.ROWS)]

    selected: var[int] = var(0)
    """Position of the selected row."""

    @dataclass
    class Highlighted(NewestMessage):
        """The selection rests on a row."""

        table: Table
        row_id: Hashable

    @dataclass
    class Picked(Message):
        """The reader picked a row."""

        table: Table
        row_id: Hashable

    def __init__(self, *columns: Column, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__("table", id=id)
        self._columns = columns
        self._rows: list[Row] = []
        self.HEAD = int(any(column.title for column in columns))

    # What screens call.

    def show(self, rows: Sequence[Row], *, select: int | None = None) -> None:
        """Show rows, and select one, by default the one at the selected position."""
        wanted = self.selected if select is None else select
        self._rows = list(rows)
        self.set_reactive(Table.selected, 0)
        self.fit_rows()
        self.select_index(wanted)
        self.refresh(layout=True)

    def extend(self, rows: Sequence[Row], *, dropped: int = 0, select: int | None = None) -> None:
        """Append rows; what is on the screen stays unless another row is selected.

        Args:
            rows: The new rows.
            dropped: How many to let go at the top.
            select: The row to select; by default the selected one stays selected.
        """
        del self._rows[:dropped]
        self._rows += rows
        self.set_reactive(Table.selected, max(0, self.selected - dropped))
        self.fit_rows()
        if select is not None:
            self.select_index(select)
        elif dropped:
            self.scroll_to(y=self.scroll_y - dropped, animate=False, immediate=True)

    @property
    def rows(self) -> Sequence[Row]:
        """Return the rows."""
        return self._rows

    @property
    def selected_id(self) -> Hashable | None:
        """Return the id of the selected row, ``None`` if there is none."""
        return self._rows[self.selected].id if self.is_row(self.selected) else None

    # What keys do.

    def action_move(self, step: int) -> None:
        """Select the next or previous row that can be."""
        index = self.selected + step
        while 0 <= index < len(self._rows) and self._rows[index].is_fixed:
            index += step
        if self.is_row(index):
            self.select_index(index)

    def action_end(self, direction: int) -> None:
        """Select the first or the last row."""
        self.select_index(0 if direction < 0 else len(self._rows) - 1)

    # What a list of rows asks for.

    @property
    def length(self) -> int:
        """Return the number of rows."""
        return len(self._rows)

    @property
    def index(self) -> int:
        """Return the position of the selected row."""
        return self.selected

    def is_row(self, index: int) -> bool:
        """Tell whether the row at a position can be selected."""
        return 0 <= index < len(self._rows) and not self._rows[index].is_fixed

    def select_index(self, index: int) -> None:
        """Select the row at a position, or the nearest one that can be."""
        places = [place for place in range(len(self._rows)) if self.is_row(place)]
        self.selected = min(places, key=lambda place: abs(place - index), default=0)
        self.show_index(self.selected)
        self.refresh()
        if self.is_row(self.selected):
            self.post_message(self.Highlighted(self, self._rows[self.selected].id))

    def pick(self) -> None:
        """Say that the selected row was picked."""
        if self.is_row(self.selected):
            self.post_message(self.Picked(self, self._rows[self.selected].id))

    # Paint.

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the height of all rows and the headings."""
        return len(self._rows) + self.HEAD

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen; the first is the headings, and stands still."""
        width = self.size.width
        if y < self.HEAD:
            return self._strip(Row(tuple(column.title for column in self._columns), "head"), width)
        index = y - self.HEAD + self.scroll_offset.y
        if index >= len(self._rows):
            return painted_row([], width, self._palette())
        row = self._rows[index]
        if len(row.cells) < len(self._columns):
            text = pad_text(f" {fit(one_line(row.cells[0]), width - 1)}", width)
            return painted_row(
                [self._palette.segment(text, "heading", *filter(None, [row.style]))], width, self._palette()
            )
        return self._strip(row, width, is_selected=index == self.selected and not row.is_fixed)

    def _strip(self, row: Row, width: int, *, is_selected: bool = False) -> Strip:
        under = ("selected",) if is_selected else ()
        segments: list[Segment] = [
            self._palette.segment("▌" if is_selected else " ", *under, *(["mark"] if is_selected else []))
        ]
        last = len(self._columns) - 1
        for index, (column, cell, room) in enumerate(zip(self._columns, row.cells, self._widths(width), strict=True)):
            if room <= 0:
                continue
            style = (row.last_style if index == last else "") or row.style or column.style
            styles = [style] if style else []
            if is_selected and not index:
                styles.append("selected-first")
            drawn = bar(float(cell or 0), room) if column.is_bar else fit(one_line(cell[:_LONGEST]), room)
            text = pad_text(drawn, room, column.align)
            segments.append(self._palette.segment(text, *under, *styles))
            segments.append(self._palette.segment(" " * _GAP, *under))
        return painted_row(segments, width, self._palette(*under))

    def _widths(self, width: int) -> list[int]:
        """Return the cells of each column, 0 for those there is no room for."""
        shown = [width >= column.from_width for column in self._columns]
        room = width - 1 - _GAP * sum(shown)
        least = [column.width if is_shown else 0 for column, is_shown in zip(self._columns, shown, strict=True)]
        shares = [column.share if is_shown else 0 for column, is_shown in zip(self._columns, shown, strict=True)]
        left, total = max(0, room - sum(least)), max(1, sum(shares))
        widths = [cells + left * share // total for cells, share in zip(least, shares, strict=True)]
        if sum(widths) > room and widths:
            # Too narrow even for the least: the widest column gives way.
            widest = max(range(len(widths)), key=widths.__getitem__)
            widths[widest] = max(1, widths[widest] - (sum(widths) - room))
        return widths
