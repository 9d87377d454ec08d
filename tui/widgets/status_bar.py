"""The top row: which file, whose conversations, and in what mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.reactive import reactive

from tui.text.visible import one_line
from tui.text.wrap import fit
from tui.widgets.paint import Palette, painted_row
from tui.widgets.painted_widget import PaintedWidget

if TYPE_CHECKING:
    from textual.strip import Strip


class StatusBar(PaintedWidget):
    """One row: path and user at the left, badges at the right."""

    ALLOW_SELECT = False

    path: reactive[str] = reactive("")
    """The database, as people write it."""
    user: reactive[str] = reactive("")
    """Whose conversations are shown."""
    badges: reactive[tuple[str, ...]] = reactive(())
    """Words such as ``read-only``."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._palette = Palette(self, "status")

    def notify_style_update(self) -> None:
        """Forget the styles when the theme changed."""
        super().notify_style_update()
        self._palette.clear()

    def render_line(self, y: int) -> Strip:
        """Return the row."""
        width = self.size.width
        badges = "".join(f"[{one_line(badge)}] " for badge in self.badges)
        user = f" · {fit(one_line(self.user), 24)}" if self.user else ""
        room = max(0, width - cell_len(badges) - cell_len(user) - 2)
        segments = [
            self._palette.segment(" " + fit(one_line(self.path), room)),
            self._palette.segment(user, "user"),
        ]
        used = sum(segment.cell_length for segment in segments)
        segments.append(self._palette.segment(" " * max(0, width - used - cell_len(badges))))
        segments.append(self._palette.segment(badges, "badge"))
        return painted_row(segments, width, self._palette())
