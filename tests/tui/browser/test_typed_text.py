"""What is typed arrives, whole, in the field that its key opens, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.tui.browser.hands import GAPS_MS, close_all, metadata, type_fast
from tests.tui.conftest import browse
from tests.tui.desk import newest
from tui.modals.command_line import CommandScreen
from tui.modals.field_form import FieldForm
from tui.modals.go_to import GoToScreen
from tui.modals.palette import PaletteSheet
from tui.modals.rename import RenameScreen
from tui.modals.routines import RoutinesScreen
from tui.modals.save_view import NameViewScreen
from tui.modals.search import SearchScreen
from tui.widgets.entry import Entry

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Browser

WORDS = ("quarterly", "zoo", "exit", "xq", "e", "Zz?")


class Field(NamedTuple):
    """A field, and the keys that open it."""

    keys: tuple[str, ...]
    sheet: type | None
    """The sheet that it stands in; ``None`` for the find line."""


FIELDS = {
    "rename": Field(("R",), RenameScreen),
    "search": Field(("/",), SearchScreen),
    "find": Field(("<tab>", "/"), None),
    "go to": Field(("<tab>", "@"), GoToScreen),
    "routines": Field(("r",), RoutinesScreen),
    "save view": Field(("w",), NameViewScreen),
    "pipe": Field(("|",), CommandScreen),
    "new field": Field(("e", "+"), FieldForm),
    "palette": Field(("<ctrl+p>",), PaletteSheet),
}


async def open_first(browser: Browser) -> None:
    """Let the sample's newest conversation be open, as it is for somebody who types after a look."""
    await browser.until(lambda: browser.transcript.conversation is not None, "a conversation is open")


@pytest.mark.parametrize("gap_ms", GAPS_MS)
@pytest.mark.parametrize("name", FIELDS)
async def test_every_letter_arrives_in_the_field_and_does_nothing_else(
    name: str, gap_ms: int, sample_copy: Path
) -> None:
    field, before = FIELDS[name], metadata(sample_copy)
    async with browse(sample_copy) as browser:
        for word in WORDS:
            await browser.press("h", "g")
            await type_fast(browser, *field.keys, word, gap_ms=gap_ms)
            await browser.settled()
            screen = browser.app.screen
            if field.sheet is None:
                assert screen is browser.screen
            else:
                assert isinstance(screen, field.sheet)
            focused = browser.app.focused
            assert isinstance(focused, Entry)
            had = screen._typed_at_first if isinstance(screen, RenameScreen) else ""
            assert focused.value == had + word
            assert browser.said == []
            focused.value = ""
            await close_all(browser)
        assert metadata(sample_copy) == before


@pytest.mark.parametrize("gap_ms", GAPS_MS)
async def test_a_rename_behind_a_rename_is_typed_into_its_own_field(gap_ms: int, sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await type_fast(browser, "R", " first", "<enter>", "R", "zoo", gap_ms=gap_ms)
        await browser.settled()
        assert '"title":"Lisbon first"' in dict(metadata(sample_copy))[edited], "the first is saved, and not undone"
        screen, focused = browser.app.screen, browser.app.focused
        assert isinstance(screen, RenameScreen)
        assert isinstance(focused, Entry)
        assert focused.value == "Lisbon firstzoo"


@pytest.mark.parametrize("gap_ms", GAPS_MS)
async def test_what_is_typed_behind_a_closed_field_is_a_command_again(gap_ms: int, sample_copy: Path) -> None:
    async with browse(sample_copy) as browser:
        await open_first(browser)
        await type_fast(browser, "/", "abc", "<escape>", "<escape>", "?", gap_ms=gap_ms)
        await browser.settled()
        assert "Keys" in browser.text()
