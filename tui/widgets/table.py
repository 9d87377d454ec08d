"""A table of short rows under a line of headings, if it has some, drawn where it is seen; one row is selected.

For modals: fields, changes, routines, edits. It is handed texts as stored and makes them visible itself; it knows
neither records nor the store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

from textual.binding import Binding
from textual.geometry import Size
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.text.visible import one_line
from tui.text.wrap import fit
from tui.text.wrap import pad as pad_text
from tui.widgets.messages import RowHighlighted, RowPicked
from tui.widgets.paint import Palette

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.segment import Segment
    from textual import events
    from textual.binding import BindingType

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


class Row(NamedTuple):
    """A row: a cell for each column."""

    cells: tuple[str, ...]
    """Texts, as stored."""
    style: str = ""
    """A style over the styles of the columns, such as ``muted``; empty for none."""
    last_style: str = ""
    """The style of the last cell, over all others; empty for none."""
    is_fixed: bool = False
    """Whether it is never selected; with a single cell it is a heading for the rows below."""


class Table(ScrollView, can_focus=True):
    """Rows of cells; the selected one is marked.

    Args:
        columns: The columns, from the left.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "next", show=False),
        Binding("k,up", "move(-1)", "previous", show=False),
        Binding("ctrl+d", "half_pages(1)", show=False),
        Binding("ctrl+u", "half_pages(-1)", show=False),
        Binding("pagedown,space", "half_pages(2)", show=False),
        Binding("pageup", "half_pages(-2)", show=False),
        Binding("g,home", "end(-1)", show=False),
        Binding("G,end", "end(1)", show=False),
    ]
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"table--{style}"
        for style in ("head", "heading", "muted", "error", "changed", "type", "mark", "selected", "selected-first")
    }

    selected: var[int] = var(0)
    """Position of the selected row."""

    def __init__(self, *columns: Column, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._columns = columns
        self._rows: list[Row] = []
        self._palette = Palette(self, "table")
        self._head = int(any(column.title for column in columns))
        """Lines that the headings take."""

    # What screens call.

    def show(self, rows: Sequence[Row], *, select: int | None = None) -> None:
        """Show rows, and select one, by default the one at the selected position."""
        wanted = self.selected if select is None else select
        self._rows = list(rows)
        self.virtual_size = Size(self.size.width, len(self._rows) + self._head)
        self.set_reactive(Table.selected, 0)
        self._select(self._nearest(wanted))
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
        self.virtual_size = Size(self.size.width, len(self._rows) + self._head)
        self.set_reactive(Table.selected, max(0, self.selected - dropped))
        if select is not None:
            self._select(self._nearest(select))
        elif dropped:
            self.scroll_to(y=self.scroll_y - dropped, animate=False, immediate=True)
        self.refresh()

    @property
    def rows(self) -> Sequence[Row]:
        """Return the rows."""
        return self._rows

    @property
    def selected_row(self) -> int | None:
        """Return the position of the selected row, ``None`` if there is none."""
        is_row = self.selected < len(self._rows) and not self._rows[self.selected].is_fixed
        return self.selected if is_row else None

    # What keys do.

    def action_move(self, step: int) -> None:
        """Select the next or previous row."""
        index = self.selected + step
        while 0 <= index < len(self._rows) and self._rows[index].is_fixed:
            index += step
        if 0 <= index < len(self._rows):
            self._select(index)

    def action_half_pages(self, count: int) -> None:
        """Move the selection by half pages."""
        self._select(self._nearest(self.selected + count * max(1, (self.size.height - self._head) // 2)))

    def action_end(self, direction: int) -> None:
        """Select the first or the last row."""
        self._select(self._nearest(0 if direction < 0 else len(self._rows) - 1))

    def action_pick(self) -> None:
        """Say that the selected row was picked."""
        if self.selected_row is not None:
            self.post_message(RowPicked(self, self.selected))

    def on_click(self, event: events.Click) -> None:
        """Select the clicked row; a second click picks it."""
        index = event.y - self._head + self.scroll_offset.y
        if event.y < self._head or index >= len(self._rows) or self._rows[index].is_fixed:
            return
        is_again = index == self.selected
        self._select(index)
        if is_again or event.chain > 1:
            self.action_pick()

    def _nearest(self, index: int) -> int:
        """Return the row that can be selected nearest to a position."""
        places = [place for place, row in enumerate(self._rows) if not row.is_fixed]
        return min(places, key=lambda place: abs(place - index), default=0)

    def _select(self, index: int) -> None:
        self.selected = index
        room = self.size.height - self._head
        if index < self.scroll_y:
            self.scroll_to(y=index, animate=False)
        elif room > 0 and index >= self.scroll_y + room:
            self.scroll_to(y=index - room + 1, animate=False)
        self.refresh()
        if self.selected_row is not None:
            self.post_message(RowHighlighted(self, index))

    # Paint.

    def notify_style_update(self) -> None:
        """Forget the styles when the theme or the focus changed."""
        super().notify_style_update()
        self._palette.clear()

    def on_resize(self) -> None:
        """Keep the selected row in sight."""
        self.virtual_size = Size(self.size.width, len(self._rows) + self._head)
        if self._rows:
            self._select(self.selected)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the height of all rows and the headings."""
        return len(self._rows) + self._head

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen; the first is the headings, and stands still."""
        width = self.size.width
        if y < self._head:
            return self._strip(Row(tuple(column.title for column in self._columns), "head"), width)
        index = y - self._head + self.scroll_offset.y
        if index >= len(self._rows):
            return Strip.blank(width, self._palette())
        row = self._rows[index]
        if len(row.cells) < len(self._columns):
            text = pad_text(f" {fit(one_line(row.cells[0]), width - 1)}", width)
            return Strip([self._palette.segment(text, "heading", *filter(None, [row.style]))])
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
            text = pad_text(fit(one_line(cell[:_LONGEST]), room), room, column.align)
            segments.append(self._palette.segment(text, *under, *styles))
            segments.append(self._palette.segment(" " * _GAP, *under))
        return Strip(segments).crop_extend(0, width, self._palette(*under))

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
