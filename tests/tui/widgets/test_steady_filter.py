"""Lines are filtered once: what is of uncertain width is painted steadily, and then as the terminal's colours are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import Monochrome

from tests.tui.conftest import browse
from tui.widgets.steady_filter import SteadyWidths

if TYPE_CHECKING:
    from pathlib import Path

BLACK = Color(0, 0, 0)


def test_text_is_made_steady_and_handed_to_the_filters_behind() -> None:
    red = Style(color="red")
    segments = [Segment("plain ", red), Segment("⚠\ufe0f now", red)]
    filtered = SteadyWidths([Monochrome()]).apply(segments, BLACK)
    assert filtered == Monochrome().apply([Segment("plain ", red), Segment("⚠  now", red)], BLACK)


async def test_the_application_has_one_filter_and_keeps_it(sample: Path) -> None:
    async with browse(sample) as browser:
        (first,) = browser.app.get_line_filters()
        await browser.press("j")
        assert browser.app.get_line_filters() == [first]
        browser.app.theme = "ansi-dark"
        await browser.settled()
        (of_theme,) = browser.app.get_line_filters()
        assert isinstance(of_theme, SteadyWidths)
        assert [type(each) for each in of_theme.then] == [
            type(each) for each in super(type(browser.app), browser.app).get_line_filters()
        ]
