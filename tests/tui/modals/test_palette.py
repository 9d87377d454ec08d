"""The palette finds a command by what is typed, and returns it once."""

from __future__ import annotations

from textual import events

from tests.tui.modals.sheets import entries, hands
from tui.modals.palette import NO_MATCH, PaletteEntry, PaletteSheet, ranked


def ids(typed: str, *more: PaletteEntry) -> list[str]:
    return [entry.id for entry in ranked([*entries(), *more], typed)]


def test_all_commands_are_listed_in_their_order_while_nothing_is_typed() -> None:
    assert ids("") == ids("  ") == [entry.id for entry in entries()]


def test_a_title_that_begins_so_comes_before_one_that_has_the_words() -> None:
    assert ids("rea")[0] == "read-again"
    assert ids("r")[:3] == ["rename", "routines", "read-again"]
    assert ids("again read") == ["read-again"]


def test_letters_in_order_find_a_title_after_those_that_have_the_words() -> None:
    assert ids("rtn") == ["routines"]
    assert ids("hlp") == ["help"]


def test_help_is_looked_through_last() -> None:
    assert ids("another title") == ["rename"]
    assert ids("list")[-1] in {"read-again", "view:1"}


def test_stored_names_are_found_by_their_words_alone() -> None:
    assert ids("HOLIDAYS") == ["view:1"]
    assert ids("hldys") == []


async def test_a_command_typed_in_one_go_is_returned_once() -> None:
    async with hands() as reader:
        reader.app.open(PaletteSheet(entries()))
        await reader.press("routi", "enter", "enter")
        assert reader.app.results == ["routines"]


async def test_the_first_match_is_selected_and_keys_move_from_there() -> None:
    async with hands() as reader:
        await reader.opened(PaletteSheet(entries()))
        await reader.press("r", "down", "enter")
        assert reader.app.results == ["routines"]


async def test_pages_before_anything_is_drawn_do_no_harm() -> None:
    async with hands() as reader:
        reader.app.open(PaletteSheet(entries()))
        await reader.press("pagedown", "pageup", "pageup", "down", "enter")
        assert reader.app.results == ["rename"]


async def test_what_matches_nothing_is_said_and_enter_does_nothing() -> None:
    async with hands() as reader:
        await reader.opened(sheet := PaletteSheet(entries()))
        await reader.press("zzz", "enter")
        assert NO_MATCH in reader.text()
        assert not sheet.has_ended
        await reader.press("escape", "escape")
        assert reader.app.results == [None]


async def test_hostile_titles_and_pastes_are_shown_harmless() -> None:
    async with hands() as reader:
        hostile = PaletteEntry("view:2", "view: \x1b]52;c;aGk=\x07[/] [b]x [red", "", "Help.", is_stored=True)
        await reader.opened(PaletteSheet([*entries(), hostile]))
        reader.app.post_message(events.Paste("a\x1b[2J\x07\nb"))
        await reader.at_rest()
        assert "\x1b" not in reader.text()
        assert NO_MATCH in reader.text()
        await reader.press("escape")


async def test_help_is_shown_where_there_is_room() -> None:
    for width, is_shown in ((120, True), (60, False)):
        async with hands((width, 20)) as reader:
            await reader.opened(PaletteSheet(entries()))
            assert ("Show every key." in reader.text()) is is_shown
            assert "ctrl+r" in reader.text()
