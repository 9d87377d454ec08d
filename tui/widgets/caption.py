"""A thin line with text on it: the title above a pane, what is loaded and left below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.reactive import reactive

from tui.text.visible import one_line
from tui.text.wrap import fit
from tui.widgets.paint import Palette, painted_row
from tui.widgets.painted_widget import PaintedWidget

if TYPE_CHECKING:
    from rich.segment import Segment
    from textual.strip import Strip


class Caption(PaintedWidget):
    """One row: a rule with a text near its left end."""

    ALLOW_SELECT = False

    text: reactive[str] = reactive("")
    """What stands on the line; it is sanitised here."""

    def __init__(self, text: str = "", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, classes=classes)
        self._palette = Palette(self, "caption", follows_focus=True)
        self.set_reactive(Caption.text, text)

    def notify_style_update(self) -> None:
        """Forget the styles when the theme or the focus changed."""
        super().notify_style_update()
        self._palette.clear()

    def render_line(self, y: int) -> Strip:
        """Return the row."""
        width = self.size.width
        segments: list[Segment] = [self._palette.segment("─", "line")]
        if self.text and width > 4:
            segments.append(self._palette.segment(f" {fit(one_line(self.text), width - 4)} ", "text"))
        used = sum(segment.cell_length for segment in segments)
        segments.append(self._palette.segment("─" * max(0, width - used), "line"))
        return painted_row(segments, width, self._palette())
