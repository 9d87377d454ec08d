"""Turn logical lines and their wrapped rows into segments, in the colours of the theme.

Every ``Line`` that comes here went through ``visible()``.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.dom import DOMNode
from textual.strip import Strip

from tui.text.wrap import fit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.app import App
    from textual.color import Color
    from textual.filter import LineFilter
    from textual.widget import Widget

    from tui.text.lines import Line
    from tui.text.wrap import Row

SELECTION = "selection"
"""Name of the style of selected text."""
MATCH, MATCH_HERE = "match", "match-here"
"""Names of the styles of what was looked for, elsewhere and in the message that is current."""

_MESSAGES = Path(__file__).with_name("messages.tcss")
LATER = {"transcript": _MESSAGES, "ledger": _MESSAGES}
"""The style sheets of widgets, by the prefix of their parts, that are read when the first part is painted."""


class Palette:
    """The styles that the style sheet gives to the parts of a widget's text.

    A part is styled as a child of class ``<prefix>--<style>`` would be, when it is first asked for and again for
    another theme. Textual's own component classes would all be styled anew at every change of focus.

    Args:
        widget: Whose text is painted.
        prefix: The first part of the names of its parts.
        follows_focus: Whether rules for its parts ask where the focus is.
    """

    def __init__(self, widget: Widget, prefix: str, *, follows_focus: bool = False) -> None:
        self._widget = widget
        self._prefix = prefix
        self._follows_focus = follows_focus
        self._theme: object = None
        self._parts: dict[str, DOMNode] = {}
        self._combined: dict[tuple[str, ...], Style] = {}

    def clear(self) -> None:
        """Forget every style, as when the theme or the focus changed."""
        self._combined.clear()
        if self._follows_focus:
            self._parts.clear()

    def __call__(self, *names: str) -> Style:
        """Return the widget's own style with the named styles laid over it, in order."""
        style = self._combined.get(names)
        if style is None:
            style = self._widget.visual_style.rich_style
            for name in names:
                style += self._overlay(name)
            self._combined[names] = style
        return style

    def segment(self, text: str, *names: str) -> Segment:
        """Return a text in the named styles."""
        return Segment(text, self(*names))

    def _overlay(self, name: str) -> Style:
        rules = self._part(name).styles
        full = rules.rich_style
        # The full style has transparency resolved against the widget; take only what the part sets itself.
        return rules.text_style + Style(
            color=full.color if rules.has_rule("color") or rules.has_rule("auto_color") else None,
            bgcolor=full.bgcolor if rules.has_rule("background") else None,
        )

    def _part(self, name: str) -> DOMNode:
        app = self._widget.app
        if app.current_theme is not self._theme:
            self._theme = app.current_theme
            self._parts.clear()
        part = self._parts.get(name)
        if part is None:
            read_style_sheet(app, LATER.get(self._prefix))
            part = self._parts[name] = DOMNode(classes=f"{self._prefix}--{name}")
            part._attach(self._widget)
            app.stylesheet.apply(part)
        return part


def read_style_sheet(app: App[Any], path: Path | None) -> None:
    """Take a style sheet in that is for widgets not drawn so far, unless it was read before."""
    if path is not None and not app.stylesheet.has_source(str(path)):
        app.stylesheet.read(path)
        app.stylesheet.parse()


def paint_text(
    line: Line,
    row: Row,
    palette: Palette,
    *,
    under: tuple[str, ...] = (),
    selected: tuple[int, int] | None = None,
    overlays: Sequence[tuple[int, int, str]] = (),
) -> list[Segment]:
    """Return the segments of one wrapped row, without padding.

    Args:
        line: The logical line.
        row: Which part of it, and the prefix before it.
        palette: Styles by name.
        under: Names of styles below all others, such as a fill.
        selected: Start and end of the selected characters of the logical line; end -1 means to its end.
        overlays: Further styles on parts of the logical line, over its own.
    """
    segments = []
    if row.prefix:
        prefix_style = (*under, line.prefix_style) if line.prefix_style else under
        segments.append(Segment(row.prefix, palette(*prefix_style)))
    cuts = {row.start, row.end}
    spans: Sequence[tuple[int, int, str]] = (*line.spans, *overlays)
    if selected is not None:
        spans = (*spans, (selected[0], len(line.text) if selected[1] < 0 else selected[1], SELECTION))
    if not spans:
        if row.end > row.start:
            segments.append(Segment(line.text[row.start : row.end], palette(*under)))
        return segments
    for start, end, _ in spans:
        if start < row.end and end > row.start:
            cuts.add(max(start, row.start))
            cuts.add(min(end, row.end))
    edges = sorted(cuts)
    for left, right in pairwise(edges):
        names = [name for start, end, name in spans if start <= left and end >= right]
        segments.append(Segment(line.text[left:right], palette(*under, *names)))
    return segments


class PaintedRow(Strip):
    """A line of a widget, painted from its first cell to its last.

    A strip of Textual's keeps what it was divided into, and that is itself where nothing lies over it: a cycle, which
    takes a collection of garbage to end.
    """

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        """Return the parts between cells, the row itself if there is but one."""
        cuts = [*cuts]
        return [self] if cuts == [self.cell_length] else super().divide(cuts)

    def apply_filter(self, filter: LineFilter, background: Color) -> Strip:  # noqa: A002 - Textual's own name
        """Return the row passed through a filter of the terminal, the same one each time."""
        key = (filter, background)
        filtered = self._filter_cache.get(key)
        if filtered is None:
            filtered = PaintedRow(filter.apply(self._segments, background), self.cell_length)
            self._filter_cache[key] = filtered
        return filtered


def painted_row(segments: list[Segment], width: int, style: Style) -> PaintedRow:
    """Return segments as a row of exactly so many cells, cut off, or filled up in a style."""
    return PaintedRow(Segment.adjust_line_length(segments, width, style), width)


def pad(segments: list[Segment], width: int, style: Style) -> list[Segment]:
    """Append blanks in a style until the segments take ``width`` cells."""
    short = width - sum(cell_len(segment.text) for segment in segments)
    if short > 0:
        segments.append(Segment(" " * short, style))
    return segments


def rule(label: str, width: int, palette: Palette, style: str) -> list[Segment]:
    """Return a thin line with a label in its middle.

    Args:
        label: The label; left out where there is no room for it.
        width: Cells of the line.
        palette: The styles.
        style: Name of the style of line and label.
    """
    label = f" {fit(label, width - 4)} " if width > 8 else ""
    left = (width - cell_len(label)) // 2
    right = width - cell_len(label) - left
    return [palette.segment("─" * left, style), palette.segment(label, style), palette.segment("─" * right, style)]
