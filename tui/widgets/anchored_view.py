"""A scrolling pane whose truth is an anchored row, with Textual's scroll position derived from it.

Maps wheel, scrollbar and selection scrolling to a ``Viewport`` and paints the rows that the subclass lays out. Knows
nothing of messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Offset, Region, Size
from textual.selection import SelectEnd
from textual.widget import Widget

from tui.model.viewport import Place, Viewport
from tui.widgets.key_queue import keys_wait_for
from tui.widgets.paint import painted_row
from tui.widgets.painted_widget import PaintedView

if TYPE_CHECKING:
    from textual import events
    from textual.scrollbar import ScrollBar, ScrollDown, ScrollTo, ScrollUp
    from textual.strip import Strip

FAR = 4
"""Screens that a scroll position may move and still be taken as a walk; farther is a jump."""


class AnchoredView(PaintedView):
    """A line-API pane over a ``Viewport``; subclasses measure and paint."""

    _painted_size: Size | None = None
    """Its size while it paints."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.viewport = Viewport(self.measure)
        self._frame: list[Place] | None = None
        self._framed = Size()
        self._pending: Place | None = None

    # For subclasses.

    def measure(self, ordinal: int) -> int | None:
        """Return the rows an item takes, ``None`` if it is not held."""
        raise NotImplementedError

    def paint(self, place: Place, *, with_offsets: bool) -> Strip:
        """Return a painted row; ``with_offsets`` asks for the marks that text selection needs."""
        raise NotImplementedError

    def walk(self, rows: int) -> None:
        """Scroll by rows, up if negative."""
        self.viewport.move(rows)
        self.changed()

    def jump(self, place: Place) -> None:
        """Put a row at the top, wherever it is."""
        self.viewport.seek(*place)
        self.changed()

    def await_place(self, place: Place | None) -> None:
        """Wait for what a place shows, or no more; keys wait, too, since they are meant for it."""
        self._pending = place
        keys_wait_for(self, waits=place is not None)

    def changed(self) -> None:
        """Draw anew after the viewport changed, and bring Textual's idea of the scroll position in line."""
        self._frame = None
        self._align()
        self.refresh()

    def settle(self) -> None:
        """Bring the anchor into bounds after something around it changed, and draw anew."""
        self.viewport.settle()
        self.changed()

    @property
    def places(self) -> list[Place]:
        """Return the rows on the screen, from the top."""
        if self._frame is None or self._framed != self.size:
            # A new size holds before it is told.
            self._framed = self.size
            self._frame = list(self.viewport.places())
        return self._frame

    @property
    def is_full(self) -> bool:
        """Tell whether rows fill the screen to its last line."""
        return len(self.places) >= self.viewport.height

    # Textual's side.

    def _align(self) -> None:
        """Derive the scroll position and the scrollbar from the anchor, without setting off a layout."""
        rows = max(self.viewport.heights.rows, 1)
        top = float(min(self.viewport.top, max(0, rows - self.viewport.height)))
        self.set_reactive(Widget.virtual_size, Size(self.size.width, rows))
        self.set_reactive(Widget.scroll_y, top)
        self.set_reactive(Widget.scroll_target_y, top)
        if self.is_mounted and self.show_vertical_scrollbar:
            bar: ScrollBar = self.vertical_scrollbar
            bar.window_virtual_size = rows
            bar.window_size = self.viewport.height
            bar.position = top

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow a scroll position that Textual set: a short way row by row, a long one as a jump."""
        delta = round(new_value) - round(old_value)
        # Textual cuts the position to a new size before that size is told.
        if not delta or self.viewport.height != self.size.height:
            return
        if abs(delta) <= FAR * max(1, self.viewport.height):
            self.walk(delta)
        else:
            self.jump(Place(*self.viewport.heights.find(round(new_value))))
        self._extend_selection()

    def _extend_selection(self) -> None:
        """Let a selection that scrolls the pane reach the row that came under the resting pointer.

        Textual would lay the old end on again until the pointer moves; it has no public way to say otherwise.
        """
        screen = self.screen
        state = screen._select_state
        if not screen._selecting or state is None or state.end is None or not self.size:
            return
        region = self.content_region
        x, y = self.app.mouse_position
        pointer = Offset(
            min(max(x, region.x), region.right - 1),
            min(max(y, region.y), region.bottom - 1),
        )
        widget, offset = screen.get_widget_and_offset_at(*pointer)
        if widget is self and offset is not None:
            screen._select_state = state.update_end(pointer, SelectEnd(state.end.container, self, offset))

    def on_scroll_to(self, event: ScrollTo) -> None:
        """Follow the scrollbar's handle, without an animation."""
        event.prevent_default().stop()
        if event.y is not None:
            self.jump(Place(*self.viewport.heights.find(round(event.y))))

    def on_scroll_up(self, event: ScrollUp) -> None:
        """Page up where the scrollbar was clicked above its handle."""
        event.prevent_default().stop()
        self.walk(-max(1, self.viewport.height - 1))

    def on_scroll_down(self, event: ScrollDown) -> None:
        """Page down where the scrollbar was clicked below its handle."""
        event.prevent_default().stop()
        self.walk(max(1, self.viewport.height - 1))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up by the wheel."""
        event.prevent_default().stop()
        self.walk(-round(self.app.scroll_sensitivity_y))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down by the wheel."""
        event.prevent_default().stop()
        self.walk(round(self.app.scroll_sensitivity_y))

    @property
    def size(self) -> Size:
        """Return the size of what is seen, worked out once for all rows that are painted together."""
        return self._painted_size or super().size

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint rows for the screen: without selection offsets, which only the pointer asks for."""
        self._painted_size = self.size
        try:
            return super().render_lines(crop)
        finally:
            self._painted_size = None

    def render_line(self, y: int) -> Strip:
        """Return the row at a line of the screen."""
        places = self.places
        if y < len(places):
            return self.paint(places[y], with_offsets=self._painted_size is None)
        return painted_row([], self.size.width, self.visual_style.rich_style)
