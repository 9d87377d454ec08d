"""The keys at the bottom: help is the last to go, a click presses, every theme can be read (WCAG 1.4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.conftest import browse
from tui.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from pathlib import Path

    from textual.color import Color

    from tests.tui.conftest import Browser

LEAST = 4.5


def last_line(browser: Browser) -> str:
    """Return the keys as they are painted."""
    return browser.text().split("\n")[-1]


def luminance(color: Color) -> float:
    """Return the relative luminance of a colour, by WCAG 2.2."""
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.normalized)
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(ink: Color, ground: Color) -> float:
    """Return the contrast of a colour on another one."""
    low, high = sorted((luminance(ink), luminance(ground)))
    return (high + 0.05) / (low + 0.05)


async def test_the_keys_can_be_read_in_every_theme(sample: Path) -> None:
    async with browse(sample, size=(120, 12)) as browser:
        themes = [name for name in browser.app.available_themes if not name.startswith("ansi")]
        assert len(themes) >= 19
        faint = {}
        for name in themes:
            browser.app.theme = name
            await browser.settled()
            bar = browser.screen.query_one(KeyBar)
            ink, ground = bar.visual_style.foreground, bar.visual_style.background
            assert ink is not None
            assert ground is not None
            found = contrast(ground + ink, ground)
            if found < LEAST:
                faint[name] = round(found, 1)
        assert not faint


async def test_help_is_the_last_to_go(sample: Path) -> None:
    async with browse(sample, size=(120, 24)) as browser:
        for keys in ((), ("enter",)):
            await browser.press(*keys)
            for columns in (120, 80, 50, 30, 12, 7):
                await browser.pilot.resize_terminal(columns, 24)
                await browser.settled()
                assert last_line(browser).endswith("? help"), columns


async def test_the_keys_are_those_of_the_pane(sample: Path) -> None:
    async with browse(sample, size=(140, 24)) as browser:
        assert "⏎ read" in last_line(browser)
        await browser.press("tab")
        assert "g start" in last_line(browser)
        await browser.press("slash")
        assert "? help" not in last_line(browser), "in a field it would be typed"


async def test_a_click_presses_the_key_under_it(sample: Path) -> None:
    async with browse(sample, size=(80, 24)) as browser:
        await browser.pilot.click(KeyBar, offset=(last_line(browser).index("other pane"), 0))
        await browser.settled()
        assert browser.app.focused is browser.reader
        await browser.pilot.click(KeyBar, offset=(75, 0))
        await browser.settled()
        assert browser.app.screen is not browser.screen
