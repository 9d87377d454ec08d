"""The channels of the user with their counts on one row; the picked one is marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.message import Message
from textual.reactive import reactive

from tui.text.visible import one_line
from tui.text.wrap import fit
from tui.widgets.fault_boundary import FaultBoundary
from tui.widgets.paint import Palette, painted_row
from tui.widgets.painted_widget import PaintedWidget

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.segment import Segment
    from textual import events
    from textual.strip import Strip

    from store.records import Channel

KEYS = 10
"""How many channels, all of them together as the first, have a digit as their key."""
NAME_WIDTH = 16
"""Columns of a channel's name at most."""


class ChannelBar(FaultBoundary, PaintedWidget):
    """All channels, then each, with the digit that picks it and its number of conversations."""

    ALLOW_SELECT = False

    channels: reactive[tuple[Channel, ...]] = reactive(())
    picked: reactive[str | None] = reactive(None)
    """The name of the picked channel; ``None`` for all."""
    unseen: reactive[Mapping[str, int]] = reactive(dict)
    """How many conversations of each channel have something new."""

    @dataclass
    class Picked(Message):
        """The reader picked a channel, or all of them."""

        channel: str | None
        """The channel's name; ``None`` for all."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._palette = Palette(self, "channels")
        self._places: list[tuple[int, int, str | None]] = []

    @property
    def names(self) -> list[str | None]:
        """Return what can be picked, in order: all, then each channel."""
        return [None, *(channel.name for channel in self.channels)]

    def notify_style_update(self) -> None:
        """Forget the styles when the theme changed."""
        super().notify_style_update()
        self._palette.clear()

    def on_click(self, event: events.Click) -> None:
        """Pick the clicked channel."""
        for start, end, name in self._places:
            if start <= event.x < end:
                self.post_message(self.Picked(name))
                return

    def render_line(self, y: int) -> Strip:
        """Return the row, scrolled so that the picked channel is on it."""
        chips: list[tuple[str | None, str, int]] = [
            (None, "All", sum(channel.conversations for channel in self.channels))
        ]
        chips += [
            (channel.name, one_line(channel.name) or "(none)", channel.conversations) for channel in self.channels
        ]
        news = [sum(self.unseen.values()) if name is None else self.unseen.get(name, 0) for name, _, _ in chips]
        marks = [f" •{new:,}" if new else "" for new in news]
        numbers = [f"{number}:" if number < KEYS else "" for number in range(len(chips))]
        widths = [
            len(number) + cell_len(fit(label, NAME_WIDTH)) + len(f"{count:,}") + len(mark) + 3
            for number, (_, label, count), mark in zip(numbers, chips, marks, strict=True)
        ]
        picked = next((i for i, chip in enumerate(chips) if chip[0] == self.picked), 0)
        first = 0
        while first < picked and sum(widths[first : picked + 1]) + 4 > self.size.width:
            first += 1
        segments: list[Segment] = [self._palette.segment("‹ " if first else " ", "more")]
        x = cell_len(segments[0].text)
        self._places = []
        for index in range(first, len(chips)):
            name, label, count = chips[index]
            if x + widths[index] > self.size.width - (2 if index < len(chips) - 1 else 0):
                segments.append(self._palette.segment("›", "more"))
                break
            style = ["picked"] if index == picked else []
            mark = "▪" if index == picked else " "
            segments += [
                self._palette.segment(mark, *style),
                self._palette.segment(numbers[index], "count", *style),
                self._palette.segment(fit(label, NAME_WIDTH), "name", *style),
                self._palette.segment(f" {count:,}", "count", *style),
                self._palette.segment(marks[index], "unseen"),
                self._palette.segment(" "),
            ]
            self._places.append((x, x + widths[index], name))
            x += widths[index]
        return painted_row(segments, self.size.width, self._palette())
