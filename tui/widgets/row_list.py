"""The base of every list of rows drawn where they are seen: one row is selected, kept in sight, and picked.

A subclass says how many rows there are, which one is selected, and paints them; what it posts names a row by its id.
"""

from __future__ import annotations

from textual import events  # noqa: TC002 - Textual reads the annotation of a handler
from textual.geometry import Size

from tui.widgets.paint import Palette
from tui.widgets.painted_widget import PaintedView


class RowList(PaintedView):
    """Rows of equal height below a head that stands still.

    Args:
        styles: The first part of the names of its component classes.
    """

    ALLOW_SELECT = False
    HEAD = 0
    """Lines above the rows."""

    def __init__(self, styles: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._palette = Palette(self, styles)

    # What a subclass says.

    @property
    def length(self) -> int:
        """Return the number of rows."""
        raise NotImplementedError

    @property
    def index(self) -> int:
        """Return the position of the selected row."""
        raise NotImplementedError

    @property
    def row_height(self) -> int:
        """Return the lines of a row."""
        return 1

    def select_index(self, index: int) -> None:
        """Select the row at a position, or the nearest one that can be."""
        raise NotImplementedError

    def pick(self) -> None:
        """Say that the selected row was picked."""
        raise NotImplementedError

    def is_row(self, index: int) -> bool:
        """Tell whether the row at a position can be selected."""
        return 0 <= index < self.length

    # What keys and the mouse do.

    @property
    def room(self) -> int:
        """Return how many rows fit on the screen."""
        return max(0, (self.size.height - self.HEAD) // self.row_height)

    def action_move(self, step: int) -> None:
        """Select the next or previous row."""
        self.select_index(self.index + step)

    def action_half_pages(self, count: int) -> None:
        """Move the selection by half pages."""
        self.select_index(self.index + count * max(1, self.room // 2))

    def on_click(self, event: events.Click) -> None:
        """Select the clicked row; a second click picks it."""
        index = (event.y - self.HEAD + self.scroll_offset.y) // self.row_height
        if event.y < self.HEAD or not self.is_row(index):
            return
        is_again = index == self.index
        self.select_index(index)
        if is_again or event.chain > 1:
            self.pick()

    def on_resize(self) -> None:
        """Keep the selected row in sight."""
        self.fit_rows()
        self.show_index(self.index)

    # For subclasses.

    def fit_rows(self) -> None:
        """Make the scrolled area as high as all rows, and draw anew."""
        self.virtual_size = Size(self.size.width, self.length * self.row_height + self.HEAD)
        self.refresh()

    def show_index(self, index: int) -> None:
        """Scroll no farther than the row at a position needs to be in sight."""
        # A row higher than the screen shows its first line.
        top, height = index * self.row_height, max(self.row_height, self.size.height - self.HEAD)
        if top < self.scroll_y:
            self.scroll_to(y=top, animate=False, immediate=True)
        elif self.size.height > self.HEAD and top + self.row_height > self.scroll_y + height:
            self.scroll_to(y=top + self.row_height - height, animate=False, immediate=True)

    def notify_style_update(self) -> None:
        """Forget the styles when the theme or the focus changed."""
        super().notify_style_update()
        self._palette.clear()
