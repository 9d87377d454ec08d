"""The keys at the bottom can be read in every theme (WCAG 1.4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Footer
from textual.widgets._footer import FooterKey

from tests.tui.conftest import browse

if TYPE_CHECKING:
    from pathlib import Path

    from textual.color import Color

LEAST = 4.5


def luminance(color: Color) -> float:
    """Return the relative luminance of a colour, by WCAG 2.2."""
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.normalized)
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(ink: Color, ground: Color) -> float:
    """Return the contrast of a colour on another one."""
    low, high = sorted((luminance(ink), luminance(ground)))
    return (high + 0.05) / (low + 0.05)


async def test_the_footer_can_be_read_in_every_theme(sample: Path) -> None:
    async with browse(sample, size=(120, 12)) as browser:
        themes = [name for name in browser.app.available_themes if not name.startswith("ansi")]
        assert len(themes) >= 19
        faint = {}
        for name in themes:
            browser.app.theme = name
            await browser.settled()
            key = browser.app.screen.query_one(Footer).query(FooterKey).first()
            for part in ("footer-key--key", "footer-key--description"):
                style = key.get_visual_style(part)
                ground = browser.app.screen.query_one(Footer).styles.background + style.background
                found = contrast(ground + style.foreground, ground)
                if found < LEAST:
                    faint[name, part] = round(found, 1)
        assert not faint
