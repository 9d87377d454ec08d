"""A text written out byte for byte, under a few lines of facts: laid out where it is seen, whatever its size."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tui.commands import Scope, bindings
from tui.model.viewport import Place
from tui.text.escapes import Pieces, escape
from tui.text.lines import Line
from tui.text.wrap import Row, wrap
from tui.widgets.anchored_view import AnchoredView
from tui.widgets.paint import Palette, paint_text, painted_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.binding import BindingType
    from textual.strip import Strip

LAYOUTS = 400
"""Laid-out pieces kept."""


class RawPane(AnchoredView, can_focus=True):
    """Facts, then numbered lines."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.ROWS)]

    def __init__(self) -> None:
        super().__init__()
        self._facts: Sequence[Line] = ()
        self._pieces = Pieces(b"")
        self._layouts: dict[int, tuple[Line, list[Row]]] = {}
        self._palette = Palette(self, "raw")

    # What is shown.

    def show(self, facts: Sequence[Line], pieces: Pieces) -> None:
        """Show facts and a text from the top; more of the same text leaves the pane where it is."""
        is_same = bool(self._facts) and pieces.text.startswith(self._pieces.text)
        anchor = self.viewport.anchor
        if anchor.ordinal >= len(self._facts):
            anchor = Place(anchor.ordinal + len(facts) - len(self._facts), anchor.row)
        self._facts, self._pieces = facts, pieces
        self._layouts.clear()
        self.viewport.reset(len(facts) + len(pieces), 1)
        self.viewport.seek(*(anchor if is_same else (0, 0)))
        self.changed()

    # What keys do.

    def action_move(self, rows: int) -> None:
        """Scroll by rows, up if negative."""
        self.walk(rows)

    def action_half_pages(self, count: int) -> None:
        """Scroll by half screens, up if negative."""
        self.walk(count * max(1, self.viewport.height // 2 - 1))

    def action_end(self, direction: int) -> None:
        """Go to the start or to the end."""
        if direction < 0:
            self.jump(Place(0, 0))
        else:
            self.viewport.to_end()
            self.changed()

    def on_resize(self, event: events.Resize) -> None:
        """Lay out at the new size; the piece on top stays on top."""
        self.viewport.height = event.size.height
        self._layouts.clear()
        self.viewport.remeasure()
        self.settle()

    # Layout and paint.

    def measure(self, ordinal: int) -> int | None:
        """Return the rows that a line of facts, or a piece, takes."""
        return len(self._layout(ordinal)[1])

    def _layout(self, ordinal: int) -> tuple[Line, list[Row]]:
        known = self._layouts.get(ordinal)
        if known is None:
            if len(self._layouts) >= LAYOUTS:
                self._layouts.clear()
            line = self._line(ordinal)
            known = self._layouts[ordinal] = line, wrap([line], max(1, self.size.width - 1))
        return known

    def _line(self, ordinal: int) -> Line:
        if ordinal < len(self._facts):
            return self._facts[ordinal]
        piece = self._pieces[ordinal - len(self._facts)]
        text, spans = escape(piece.text)
        width = len(f"{self._pieces.lines:,}")
        number = f"{piece.number:>{width},}" if piece.is_first else " " * width
        return Line(text, spans, f"{number}  ", " " * (width + 2), wrap=False, prefix_style="muted")

    def paint(self, place: Place, *, with_offsets: bool) -> Strip:
        """Return a painted row."""
        line, rows = self._layout(place.ordinal)
        segments = paint_text(line, rows[max(0, min(place.row, len(rows) - 1))], self._palette)
        return painted_row(segments, self.size.width, self._palette())

    def notify_style_update(self) -> None:
        """Forget the styles when the theme changed."""
        super().notify_style_update()
        self._palette.clear()
