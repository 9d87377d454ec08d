"""Paint on terminals of 256 or 16 colours: surfaces stay grey, and each colour keeps its hue.

Rich rounds each part of a colour by itself, which makes dark greys navy, and takes a pale red of sixteen for white.
"""

from __future__ import annotations

from colorsys import rgb_to_hls
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.color import Color as AnsiColor
from rich.segment import Segment
from rich.style import Style
from textual.filter import LineFilter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.color import Color

Rgb = tuple[int, int, int]

_LEVELS = (0, 95, 135, 175, 215, 255)
"""What each part of a colour may be in the cube of xterm's 256."""
_HUES = ((12, 1), (61, 3), (165, 2), (200, 6), (260, 4), (335, 5), (360, 1))
"""Up to which hue, in degrees, one of the sixteen is meant: red, yellow, green, cyan, blue, magenta, red."""
_COLOURED = 0.15
"""The difference of the greatest and the least part from which a colour is no grey."""
_SAME = 0.06
"""How far in lightness from the ground a surface is taken for it."""
_BLACK, _WHITE, _DARK_GREY, _LIGHT_GREY, _BRIGHT = 0, 15, 8, 7, 8


def _of_256() -> Iterator[tuple[int, Rgb]]:
    for number in range(216):
        yield 16 + number, (_LEVELS[number // 36], _LEVELS[number // 6 % 6], _LEVELS[number % 6])
    for number in range(24):
        yield 232 + number, (8 + 10 * number,) * 3


_PALETTE = tuple(_of_256())


@lru_cache(maxsize=4096)
def nearest_of_256(rgb: Rgb) -> int:
    """Return the number of the colour of xterm's 256 that looks most like another, among cube and greys."""
    red, green, blue = rgb

    def distance(entry: tuple[int, Rgb]) -> int:
        # Weighted as eyes weigh, by how red both are: the "redmean" of two colours.
        r, g, b = entry[1]
        mean = (red + r) // 2
        return (512 + mean) * (red - r) ** 2 + 1024 * (green - g) ** 2 + (767 - mean) * (blue - b) ** 2

    return min(_PALETTE, key=distance)[0]


def ink_of_16(rgb: Rgb, *, is_dark: bool) -> int:
    """Return which of sixteen colours a text has.

    Args:
        rgb: Its colour.
        is_dark: Whether it stands on dark surfaces.
    """
    hue, lightness, _ = rgb_to_hls(*(part / 255 for part in rgb))
    if max(rgb) - min(rgb) >= 255 * _COLOURED:
        return next(number for most, number in _HUES if hue * 360 <= most) + (_BRIGHT if is_dark else 0)
    if is_dark:
        return _WHITE if lightness > 0.8 else _LIGHT_GREY if lightness > 0.4 else _DARK_GREY
    return _BLACK if lightness < 0.3 else _DARK_GREY


def ground_of_16(rgb: Rgb, ground: Rgb) -> int:
    """Return which of sixteen colours a surface has: that of the ground, a grey, or a colour of its own.

    Args:
        rgb: Its colour.
        ground: The colour of the theme's ground.
    """
    hue, lightness, _ = rgb_to_hls(*(part / 255 for part in rgb))
    own = _lightness(ground)
    if max(rgb) - min(rgb) >= 255 * 0.5:
        return next(number for most, number in _HUES if hue * 360 <= most)
    if abs(lightness - own) <= _SAME:
        return _BLACK if own < 0.5 else _WHITE
    if own < 0.5:
        return _DARK_GREY if lightness < 0.6 else _LIGHT_GREY
    return _LIGHT_GREY if lightness > 0.4 else _DARK_GREY


def _lightness(rgb: Rgb) -> float:
    return (max(rgb) + min(rgb)) / 510


class FewerColours(LineFilter):
    """Replaces true colours by those that the terminal has.

    Args:
        has_256: Whether it has 256 colours; else it has 16.
        ground: The colour of the theme's ground.
    """

    def __init__(self, ground: Color, *, has_256: bool) -> None:
        super().__init__()
        self._has_256 = has_256
        self._ground = ground.rgb
        self._known: dict[Style, Style] = {}

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments in colours that the terminal has."""
        return [
            Segment(text, style and (self._known.get(style) or self._reduced(style)), control)
            for text, style, control in segments
        ]

    def _reduced(self, style: Style) -> Style:
        if len(self._known) > 4096:
            self._known.clear()
        ink, under = _rgb(style.color), _rgb(style.bgcolor)
        if self._has_256:
            numbers = [None if each is None else nearest_of_256(each) for each in (ink, under)]
        else:
            numbers = self._of_16(ink, under)
        color, bgcolor = (None if each is None else AnsiColor.from_ansi(each) for each in numbers)
        reduced = self._known[style] = style + Style(color=color, bgcolor=bgcolor)
        return reduced

    def _of_16(self, ink: Rgb | None, under: Rgb | None) -> list[int | None]:
        ground = None if under is None else ground_of_16(under, self._ground)
        is_dark = _lightness(self._ground if under is None else under) < 0.5
        text = None if ink is None else ink_of_16(ink, is_dark=is_dark)
        if text is not None and text == ground:
            text = _WHITE if is_dark else _BLACK
        return [text, ground]


def _rgb(color: AnsiColor | None) -> Rgb | None:
    """Return the parts of a true colour; ``None`` for any other, which is left as it is."""
    if color is None or color.triplet is None or color.number is not None:
        return None
    red, green, blue = color.triplet
    return red, green, blue
