"""On 256 and on 16 colours surfaces are no navy, failures are red, warnings yellow, and texts can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyte
import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from tests.tui.program import ROOT
from tests.tui.terminal import COLUMNS, ROWS, Terminal
from tui.widgets.fewer_colours import FewerColours, Rgb, ground_of_16, ink_of_16, nearest_of_256

if TYPE_CHECKING:
    from pathlib import Path

THEMES = {name: theme.to_color_system().generate() for name, theme in BUILTIN_THEMES.items() if "ansi" not in name}
STYLE_SHEETS = list((ROOT / "tui").rglob("*.tcss"))
RED, YELLOW, GREEN, CYAN = (1, 9), (3, 11), (2, 10), (6, 14)
"""Each on light ground and on dark."""
SUCCESS_IS_CYAN = {(name, "success") for name in ("rose-pine", "rose-pine-moon", "rose-pine-dawn")}


def rgb(theme: str, variable: str) -> Rgb:
    return Color.parse(THEMES[theme][variable]).rgb


def of_256(number: int) -> Rgb:
    if number >= 232:
        return (8 + 10 * (number - 232),) * 3
    levels = (0, 95, 135, 175, 215, 255)
    number -= 16
    return levels[number // 36], levels[number // 6 % 6], levels[number % 6]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("variable", ["background", "surface", "panel"])
def test_a_surface_is_no_more_colourful_in_256_colours_than_in_all(theme: str, variable: str) -> None:
    true = rgb(theme, variable)
    shown = of_256(nearest_of_256(true))
    assert max(shown) - min(shown) <= max(true) - min(true) + 20
    assert all(abs(one - other) <= 48 for one, other in zip(true, shown, strict=True))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("variable", "colours"), [("error", RED), ("warning", YELLOW), ("success", GREEN)])
def test_each_meaning_keeps_its_colour_among_16(theme: str, variable: str, colours: tuple[int, int]) -> None:
    is_dark = BUILTIN_THEMES[theme].dark
    of_theme = CYAN if (theme, variable) in SUCCESS_IS_CYAN else colours
    assert ink_of_16(rgb(theme, variable), is_dark=is_dark) == of_theme[is_dark]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("has_256", [False, True])
def test_no_text_has_the_colour_of_its_surface(theme: str, *, has_256: bool) -> None:
    ground = Color.parse(THEMES[theme]["background"])
    filtered = FewerColours(ground, has_256=has_256)
    for under in ("background", "surface", "panel"):
        for ink in ("foreground", "primary", "secondary", "accent", "error", "warning", "success"):
            style = Style.from_color(
                Color.parse(THEMES[theme][ink]).rich_color, Color.parse(THEMES[theme][under]).rich_color
            )
            (shown,) = filtered.apply([Segment("x", style)], ground)
            assert shown.style is not None
            assert shown.style.color is not None
            assert shown.style.bgcolor is not None
            assert shown.style.color.number != shown.style.bgcolor.number, (under, ink)


@pytest.mark.parametrize("theme", THEMES)
def test_the_ground_is_black_or_white_in_16_colours(theme: str) -> None:
    ground = rgb(theme, "background")
    assert ground_of_16(ground, ground) == (0 if BUILTIN_THEMES[theme].dark else 15)


@pytest.mark.parametrize(("term", "red"), [("xterm", "brightred"), ("xterm-256color", None)])
def test_a_failing_routine_is_red_on_the_terminal(tmp_path: Path, sample: Path, term: str, red: str | None) -> None:
    with Terminal(tmp_path, "--db", str(sample), "--user", "default", TERM=term) as terminal:
        terminal.until("✗")
        terminal.settle()
        drawn = pyte.Screen(COLUMNS, ROWS)
        pyte.ByteStream(drawn).feed(terminal.written)
    cells = [cell for row in drawn.buffer.values() for cell in row.values()]
    failing = {cell.fg for cell in cells if cell.data == "✗"}
    surfaces = {cell.bg for cell in cells} - {"default"}
    if red is None:
        assert all(each[:2] > each[2:4] and each[:2] > each[4:] for each in failing)
        assert not surfaces & {"00005f", "000087"}
    else:
        assert failing == {red}
        assert surfaces <= {"black", "brightblack"}


def test_failures_are_bold_so_that_they_stand_out_without_colours() -> None:
    rules = [rule for sheet in STYLE_SHEETS for rule in sheet.read_text(encoding="utf-8").splitlines()]
    failing = [rule for rule in rules if "$text-error" in rule]
    assert failing
    assert all("text-style: bold" in rule for rule in failing)
