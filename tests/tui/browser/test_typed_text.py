"""What is typed arrives, whole, in the field that its key opens, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.tui.browser.hands import CAMPAIGN, GAPS_MS, close_all, metadata, type_fast
from tests.tui.conftest import browse
from tests.tui.desk import newest
from tui.modals.command_line import CommandScreen
from tui.modals.field_form import FieldForm
from tui.modals.go_to import GoToScreen
from tui.modals.name_view import NameViewScreen
from tui.modals.outline_screen import OutlineScreen
from tui.modals.palette import PaletteSheet
from tui.modals.rename import RenameScreen
from tui.modals.routines_screen import RoutinesScreen
from tui.modals.search_screen import SearchScreen
from tui.widgets.entry import Entry

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Browser

WORDS = ("quarterly", "zoo", "exit", "xq", "e", "Zz?")


class Field(NamedTuple):
    """A field, and the keys that open it."""

    keys: tuple[str, ...]
    sheet: type | None
    """The sheet that it stands in; ``None`` for a line below a pane."""


FIELDS = {
    "rename": Field(("R",), RenameScreen),
    "search": Field(("/",), SearchScreen),
    "find": Field(("<tab>", "/"), None),
    "filter": Field(("c",), None),
    "go to": Field(("<tab>", "@"), GoToScreen),
    "outline": Field(("<tab>", "O"), OutlineScreen),
    "routines": Field(("r",), RoutinesScreen),
    "save view": Field(("w",), NameViewScreen),
    "pipe": Field(("|",), CommandScreen),
    "new field": Field(("e", "+"), FieldForm),
    "palette": Field(("<ctrl+p>",), PaletteSheet),
}


async def open_first(browser: Browser) -> None:
    """Let the sample's newest conversation be open, as it is for somebody who types after a look."""
    await browser.until(lambda: browser.transcript.conversation is not None, "a conversation is open")


def typings(name: str) -> list[tuple[str, int]]:
    """Each word with the milliseconds between keys; but for a campaign, one word of all in turn for each pause."""
    if CAMPAIGN > 1:
        return [(word, gap_ms) for word in WORDS for gap_ms in GAPS_MS]
    first = [*FIELDS].index(name)
    return [(WORDS[(first + 3 * number) % len(WORDS)], gap_ms) for number, gap_ms in enumerate(GAPS_MS)]


async def test_every_letter_arrives_in_the_field_and_does_nothing_else(sample_copy: Path) -> None:
    before = metadata(sample_copy)
    async with browse(sample_copy, size=(80, 24)) as browser:
        for name, field in FIELDS.items():
            for word, gap_ms in typings(name):
                case = f"{name}, {word}, {gap_ms} ms apart"
                await browser.press("h", "g")
                browser.said.clear()
                await type_fast(browser, *field.keys, word, gap_ms=gap_ms)
                await browser.settled()
                screen = browser.app.screen
                assert isinstance(screen, field.sheet) if field.sheet else screen is browser.screen, case
                focused = browser.app.focused
                assert isinstance(focused, Entry), case
                had = screen._typed_at_first if isinstance(screen, RenameScreen) else ""
                assert focused.value == had + word, case
                assert browser.said == [], case
                focused.value = ""
                await close_all(browser)
    assert metadata(sample_copy) == before


@pytest.mark.parametrize("gap_ms", GAPS_MS)
async def test_a_rename_behind_a_rename_is_typed_into_its_own_field(gap_ms: int, sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy, size=(80, 24)) as browser:
        await type_fast(browser, "R", " first", "<enter>", "R", "zoo", gap_ms=gap_ms)
        await browser.settled()
        assert '"title":"Lisbon first"' in dict(metadata(sample_copy))[edited], "the first is saved, and not undone"
        screen, focused = browser.app.screen, browser.app.focused
        assert isinstance(screen, RenameScreen)
        assert isinstance(focused, Entry)
        assert focused.value == "Lisbon firstzoo"


@pytest.mark.parametrize("gap_ms", GAPS_MS)
async def test_what_is_typed_behind_a_closed_field_is_a_command_again(gap_ms: int, sample_copy: Path) -> None:
    async with browse(sample_copy, size=(80, 24)) as browser:
        await open_first(browser)
        await type_fast(browser, "/", "abc", "<escape>", "<escape>", "?", gap_ms=gap_ms)
        await browser.settled()
        assert "Keys" in browser.text()
