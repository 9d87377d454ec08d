"""Editing metadata, as fields and as JSON: what is shown, asked and saved."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from store.domain.metadata_json import Change
from tests.tui.conftest import browse
from tests.tui.desk import (
    DOCUMENT,
    area,
    back,
    change_title,
    listed,
    newest,
    on,
    retype,
    says,
    select,
    stored,
    write,
)
from tui.modals.change_preview import PreviewScreen
from tui.modals.field_form import TYPES, FieldForm
from tui.modals.metadata_editor import EditorScreen
from tui.modals.question import Question
from tui.widgets.choice import Choice
from tui.widgets.entry import Entry

if TYPE_CHECKING:
    from pathlib import Path


# The fields.


async def test_fields_are_listed_with_their_types(sample_copy: Path) -> None:
    newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("e")
        await on(browser, EditorScreen)
        assert listed(browser) == {
            "thread_type": ("text", "thread", ""),
            "title": ("text", "Lisbon", ""),
            "pinned": ("true/false", "true", ""),
            "cost": ("number", "0.1000000000000000055", ""),
        }
        await browser.press("escape")
        await back(browser)


async def test_a_changed_field_is_shown_then_saved_and_the_rest_keeps_every_character(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await change_title(browser, "Lisbon with Ilse")
        assert listed(browser)["title"] == ("text", "Lisbon with Ilse", "changed")
        await says(browser, "1 change, not saved yet")
        await browser.press("s")
        await on(browser, PreviewScreen)
        await says(browser, '− "Lisbon"')
        await says(browser, '+ "Lisbon with Ilse"')
        assert stored(sample_copy, edited) == DOCUMENT, "nothing is written before it was agreed to"
        await browser.press("enter")
        await back(browser)
        assert stored(sample_copy, edited) == DOCUMENT.replace('"Lisbon"', '"Lisbon with Ilse"')
        assert browser.selected.title == "Lisbon with Ilse"
        assert browser.said == ["Saved. z undoes it."]


async def test_fields_of_every_type_can_be_added(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("e")
        for name, steps, value in (("n", 1, "12e2"), ("b", 2, "false"), ("z", 3, None), ("o", 4, '{"a": [1]}')):
            await browser.press("plus")
            await on(browser, FieldForm)
            await browser.press(name, "tab", *["right"] * steps)
            if value is not None:
                await browser.press("tab")
                await retype(browser, value)
            await browser.press("enter")
        await browser.press("s", "enter")
        assert stored(sample_copy, edited) == DOCUMENT[:-1] + ',"n":12e2,"b":false,"z":null,"o":{"a":[1]}}'


async def test_a_field_is_deleted_and_taken_back(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("e")
        await select(browser, "pinned")
        await browser.press("minus")
        assert listed(browser)["pinned"][-1] == "deleted"
        await select(browser, "pinned")
        await browser.press("minus")
        await says(browser, "No changes yet")
        await select(browser, "pinned")
        await browser.press("delete", "s")
        await says(browser, "deleted")
        await browser.press("enter")
        assert stored(sample_copy, edited) == DOCUMENT.replace('"pinned":true,', "")


async def test_a_value_that_does_not_fit_its_type_is_not_taken(sample_copy: Path) -> None:
    newest(sample_copy)
    wrong = {
        "number": ("twelve", "true", "1e999", ""),
        "true/false": ("perhaps", "1", "True"),
        "JSON": ('{"a": 1, "a": 2}', "[1", "NaN", '"\\ud800"', "\\"),
    }
    async with browse(sample_copy) as browser:
        await browser.press("e", "plus", "n", "tab")
        for kind, values in wrong.items():
            while TYPES[browser.app.screen.query_one(Choice).picked] != kind:
                await browser.press("right")
            await browser.press("tab")
            for value in values:
                await retype(browser, value)
                await browser.press("enter")
                await on(browser, FieldForm)
                await says(browser, "✗")
                assert browser.app.screen.query_one("#field-value", Entry).value == value
            await browser.press("shift+tab")


async def test_leaving_a_field_that_was_typed_asks(sample_copy: Path) -> None:
    newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("e", "plus", "escape")
        await on(browser, EditorScreen)  # nothing was typed
        await browser.press("plus", "x", "escape")
        await on(browser, Question)
        await browser.press("n")
        assert browser.app.screen.query_one("#field-name", Entry).value == "x"
        await browser.press("escape", "y")
        await on(browser, EditorScreen)


async def test_a_value_begins_as_its_type_does_and_typing_replaces_it(sample_copy: Path) -> None:
    newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("e", "plus", "n", "tab", "right", "tab")
        assert browser.app.screen.query_one("#field-value", Entry).value == "0"
        await browser.press("7", "enter")
        assert listed(browser)["n"] == ("number", "7", "new")


async def test_a_name_that_is_taken_is_refused(sample_copy: Path) -> None:
    newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("e", "plus", *"title", "enter")
        await on(browser, FieldForm)
        await says(browser, "a field of that name already")


# The whole document.


async def test_the_whole_document_can_be_edited_as_json(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("e", "tab")
        assert area(browser).text == json.dumps(json.loads(DOCUMENT), indent=2).replace(
            "0.1\n", "0.1000000000000000055\n"
        )
        area(browser).move_cursor((2, len('  "title": "Lis')))
        await browser.press("X", "ctrl+o")
        await on(browser, PreviewScreen)
        await browser.press("enter")
        assert stored(sample_copy, edited) == DOCUMENT.replace("Lisbon", "LisXbon")


async def test_what_is_no_json_is_told_with_row_and_column_while_typing(sample_copy: Path) -> None:
    newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("e", "tab")
        area(browser).move_cursor((3, len('  "pinned": ')))
        await browser.press("x")
        await says(browser, "Row 4, column 13: ")
        await browser.press("ctrl+o")
        await on(browser, EditorScreen)  # what is no JSON is not saved
        await browser.press("tab")
        assert area(browser).display, "the fields cannot show it"
        await browser.press("backspace")
        await says(browser, "No changes yet")
        await browser.press("tab")
        assert listed(browser)["pinned"] == ("true/false", "true", "")


async def test_both_views_show_one_draft(sample_copy: Path) -> None:
    newest(sample_copy)
    async with browse(sample_copy) as browser:
        await change_title(browser, "Porto")
        await browser.press("tab")
        assert '"title": "Porto"' in area(browser).text
        area(browser).move_cursor((2, len('  "title": "Port')))
        await browser.press("X", "tab")
        assert listed(browser)["title"] == ("text", "PortXo", "changed")


# Leaving.


async def test_leaving_with_unsaved_changes_asks(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await change_title(browser, "Porto")
        await browser.press("escape")
        await on(browser, Question)
        await browser.press("escape")
        await on(browser, EditorScreen)
        assert listed(browser)["title"][1] == "Porto"
        await browser.press("escape", "j", "enter")
        await back(browser)
        assert stored(sample_copy, edited) == DOCUMENT


async def test_leaving_a_broken_document_asks_too(sample_copy: Path) -> None:
    newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("e", "tab", "x", "escape")
        await on(browser, Question)
        await browser.press("n")
        assert area(browser).text.startswith("x{")


async def test_going_back_from_the_preview_keeps_the_draft(sample_copy: Path) -> None:
    newest(sample_copy)
    async with browse(sample_copy) as browser:
        await change_title(browser, "Porto")
        await browser.press("s", "escape")
        assert listed(browser)["title"][1] == "Porto"


async def test_what_the_agent_did_meanwhile_is_not_called_saved(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await change_title(browser, "Porto")
        write(sample_copy, edited, DOCUMENT.replace("Lisbon", "Porto"))
        await browser.press("s", "enter")
        await back(browser)
        assert browser.said == ["The agent did the same; nothing was written."]


async def test_leaving_by_ctrl_q_asks_too_and_no_palette_opens_over_an_editor(sample_copy: Path) -> None:
    newest(sample_copy)
    async with browse(sample_copy) as browser:
        await change_title(browser, "Porto")
        await browser.press("ctrl+p")
        await on(browser, EditorScreen)
        await browser.press("ctrl+q")
        await on(browser, Question)
        await browser.press("escape", "ctrl+q", "y")
        await back(browser)
        assert browser.app.is_running


async def test_a_document_of_many_fields_is_typed_into_without_a_wait(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    document = json.dumps({"title": "many"} | {f"field {number}": number for number in range(2000)})
    write(sample_copy, edited, document)
    async with browse(sample_copy) as browser:
        await browser.press("e", "tab")
        await browser.press("ctrl+end", "space")
        await browser.press("tab")
        await on(browser, EditorScreen)
        await says(browser, "No changes yet.")
    assert stored(sample_copy, edited) == document


async def test_saving_nothing_says_so(sample_copy: Path) -> None:
    newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("e", "s")
        await on(browser, EditorScreen)
        await says(browser, "Nothing has changed")


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_every_change_can_be_read_before_it_is_saved(sample: Path, size: tuple[int, int]) -> None:
    changes = [Change(f"field {number}", '"old"', '"new"') for number in range(30)]
    async with browse(sample, size=size) as browser:
        browser.app.push_screen(PreviewScreen(changes, "ironclaw.db"))
        await on(browser, PreviewScreen)
        assert "field 29" not in browser.text()
        await browser.press(*["space"] * 25)
        assert "field 29" in browser.text()
        assert "in ironclaw.db" in browser.text()
