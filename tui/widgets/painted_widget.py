"""The bases of what paints its rows itself: they go to the screen as they are, at a third of the work.

Textual lays borders, padding and effects around each row of a widget, at every frame; these have none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.widget import Widget

from tui.widgets.fault_boundary import FaultBoundary
from tui.widgets.paint import painted_row

if TYPE_CHECKING:
    from rich.segment import Segment
    from textual.geometry import Region
    from textual.strip import Strip


class PaintedWidget(Widget):
    """A widget whose rows fill it."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the rows of a part of the widget, passed through the filters of the terminal."""
        if self.styles.gutter:
            return super().render_lines(crop)
        rows = [self.render_line(y) for y in crop.line_range]
        for each in self.get_line_filters():
            _, background = self.background_colors
            rows = [row.apply_filter(each, background) for row in rows]
        return [self._cut(row, *crop.column_span) for row in rows]

    def _cut(self, row: Strip, start: int, end: int) -> Strip:
        """Return some cells of a row; the screen may know a larger size than the widget was told."""
        if row.cell_length < end:
            row = painted_row([*row], end, self.visual_style.rich_style)
        return row if (start, end) == (0, row.cell_length) else row.crop(start, end)


class PaintedScrollBar(ScrollBar, PaintedWidget):
    """A vertical scrollbar."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint the rows, of which most are one and the same."""
        bar = self.render()
        assert isinstance(bar, ScrollBarRender)
        self._style = style = self.app.console.get_style(bar.style)
        width, height = self.size
        assert style.color is not None
        assert style.bgcolor is not None
        segments: list[Segment] = bar.render_bar(
            height,
            bar.virtual_size,
            bar.window_size,
            bar.position,
            width,
            vertical=True,
            back_color=style.bgcolor,
            bar_color=style.color,
        ).segments
        rows = {id(segment): segment for segment in segments}
        painted = {key: painted_row([segment], width, style) for key, segment in rows.items()}
        self._rows = [painted[id(segment)] for segment in segments]
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Return a row as it was painted."""
        return self._rows[y] if y < len(self._rows) else painted_row([], self.size.width, self._style)


class PaintedView(FaultBoundary, ScrollView, PaintedWidget):
    """A pane that paints each row where it is seen."""

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """Return the scrollbar, made when it is first asked for."""
        if self._vertical_scrollbar is None:
            bar = self._vertical_scrollbar = PaintedScrollBar(name="vertical", thickness=self.scrollbar_size_vertical)
            bar.display = False
            # As Textual does; there is no public way.
            self.app._start_widget(self, bar)
        return self._vertical_scrollbar
