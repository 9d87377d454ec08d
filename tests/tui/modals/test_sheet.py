"""A modal takes what is typed for it, in order, and nothing else; it closes once; what was typed outlives a fault."""

from __future__ import annotations

import asyncio
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from store.domain.metadata_json import Merge
from store.editing.outcomes import Contested, Failed, Saved
from store.errors import DatabaseBusy
from store.records import Metadata
from tests.store.conftest import CAMPAIGN
from tests.tui.modals.sheets import (
    MODALS,
    NOW,
    UNFILLED,
    Hands,
    arrivals,
    conversation,
    edit,
    editor,
    export_form,
    hands,
    message,
    raw,
    rename,
    routine,
    saved,
    targets,
)
from tui.export.output_file import AtPath
from tui.modals.export_form import ExportForm, Request
from tui.modals.field_form import FieldForm, NewField
from tui.modals.metadata_editor import EditorScreen
from tui.modals.newsroom import ArrivalsScreen
from tui.modals.past_edits import EditsScreen
from tui.modals.picker import Picker
from tui.modals.progress import ProgressScreen
from tui.modals.question import Question
from tui.modals.raw_message import RawScreen
from tui.modals.rename import RenameScreen
from tui.modals.routines_screen import RoutinesScreen
from tui.modals.sheet import KEPT, Sheet
from tui.model.arrivals import HELD, Arrival
from tui.widgets.entry import Entry
from tui.widgets.key_queue import IMPATIENCE_S

if TYPE_CHECKING:
    from textual.widgets import Input

    from store.contract.raw_rows import RawMessage
    from store.editing.outcomes import Outcome


class Line(Sheet[str]):
    """A line that returns what is typed; an x in it is a fault of the handler."""

    def __init__(self, *, is_filled: bool = True) -> None:
        super().__init__("line", "A line", field=Entry(), is_filled=is_filled)

    @property
    def value(self) -> str:
        assert isinstance(self.field, Entry)
        return self.field.value

    def on_input_changed(self, event: Input.Changed) -> None:
        if "x" in event.value:
            raise ZeroDivisionError

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)


def status(sheet: Sheet[Any]) -> str:
    return str(sheet.status.content)


# Keys, in order, once.


async def test_what_is_typed_before_the_modal_is_there_reaches_its_field_in_order() -> None:
    async with hands() as reader:
        sheet = Line()
        reader.app.open(sheet)
        await reader.press("the quick brown fo")
        assert sheet.value == "the quick brown fo"
        assert reader.app.below == []


async def test_what_is_typed_with_enter_in_one_go_is_the_result() -> None:
    async with hands() as reader:
        reader.app.open(Line())
        await reader.press("lisbon", "enter")
        assert reader.app.results == ["lisbon"]


async def test_two_enters_give_one_result_and_the_second_goes_to_what_lies_below() -> None:
    async with hands() as reader:
        reader.app.open(Line())
        await reader.press("a", "enter", "enter")
        assert reader.app.results == ["a"]
        assert reader.app.below == ["enter"]


async def test_two_escapes_close_one_modal() -> None:
    async with hands() as reader:
        reader.app.open(Line())
        await reader.press("escape", "escape")
        assert reader.app.results == [None]
        assert reader.app.is_running


async def test_a_modal_that_is_closed_twice_returns_what_it_was_closed_with_first() -> None:
    async with hands() as reader:
        sheet = Line()
        await reader.opened(sheet)
        sheet.dismiss("first")
        sheet.dismiss("second")
        sheet.give_up()
        await reader.at_rest()
        assert reader.app.results == ["first"]


async def test_a_modal_below_another_one_closes_once_that_one_has() -> None:
    async with hands() as reader:
        below, above = Line(), Line()
        await reader.opened(below)
        await reader.opened(above)
        below.dismiss("below")
        assert reader.app.results == []
        await reader.press("a", "enter")
        await reader.until(lambda: reader.app.results == ["a", "below"])


async def test_a_modal_that_waits_takes_no_key_until_it_is_filled() -> None:
    async with hands() as reader:
        sheet = Line(is_filled=False)
        reader.app.open(sheet)
        reader.app.type_ahead("lisbon")
        await reader.until(lambda: sheet.is_mounted)
        await reader.pilot.pause()
        assert sheet.value == ""
        sheet.filled()
        await reader.at_rest()
        assert sheet.value == "lisbon"
        assert reader.app.below == []


async def test_a_modal_that_is_given_up_keeps_what_was_typed_for_it_and_offers_it_again() -> None:
    async with hands() as reader:
        sheet = Line(is_filled=False)
        sheet.subject = "conversation-1"
        reader.app.open(sheet)
        await reader.press("lisbon")
        sheet.give_up()
        await reader.at_rest()
        assert reader.app.results == [None]
        assert reader.app.below == []
        assert reader.app.drafts == {"line:conversation-1": "lisbon"}
        again = Line()
        again.subject = "conversation-1"
        await reader.opened(again)
        assert again.value == "lisbon"
        assert status(again) == KEPT
        assert reader.app.drafts == {}


async def test_escape_closes_a_modal_that_has_waited_for_long() -> None:
    async with hands() as reader:
        sheet = Line(is_filled=False)
        assert sheet.waits_since is not None
        sheet.waits_since -= IMPATIENCE_S + 1
        reader.app.open(sheet)
        await reader.until(lambda: sheet.is_mounted)
        await reader.press("escape")
        await reader.until(lambda: reader.app.results == [None])


# Faults.


async def test_a_fault_closes_the_modal_and_what_was_typed_is_offered_again() -> None:
    async with hands() as reader:
        await reader.opened(Line())
        await reader.press("abc", "x")
        assert [type(fault) for fault in reader.app.faults] == [ZeroDivisionError]
        assert reader.app.results == [None]
        assert reader.app.drafts == {"line:": "abcx"}


async def test_a_fault_of_work_is_reported_and_a_failure_of_the_store_is_said() -> None:
    async with hands() as reader:
        sheet = Line()
        await reader.opened(sheet)

        async def fail(error: Exception) -> None:
            raise error

        sheet.run_guarded(lambda: fail(DatabaseBusy("Another program holds the file.")))
        await reader.until(lambda: status(sheet) == "✗ Another program holds the file.")
        assert not sheet.has_ended
        assert reader.app.faults == []
        sheet.run_guarded(lambda: fail(ZeroDivisionError()))
        await reader.until(lambda: sheet.has_ended)
        assert [type(fault) for fault in reader.app.faults] == [ZeroDivisionError]


async def test_the_editor_keeps_its_document_through_a_fault() -> None:
    async with hands() as reader:
        await reader.opened(sheet := editor())
        await reader.press("tab")
        sheet.area.load_text('{"title":"Porto"}')
        await reader.at_rest()
        sheet.keep_typed()
        sheet.give_up()
        again = editor()
        await reader.opened(again)
        assert again.area.has_focus
        assert again.area.text == '{"title":"Porto"}'
        assert status(again) == KEPT
        await reader.press("tab")
        assert status(again) == "2 changes, not saved yet."


async def test_the_editor_keeps_what_is_no_json_through_a_fault() -> None:
    async with hands() as reader:
        await reader.opened(sheet := editor())
        await reader.press("tab", "{{")
        sheet.keep_typed()
        sheet.give_up()
        again = editor()
        await reader.opened(again)
        assert again.area.text == sheet.area.text
        assert status(again).startswith("✗ Row 1")


async def test_the_editor_keeps_nothing_where_nothing_was_changed() -> None:
    async with hands() as reader:
        await reader.opened(sheet := editor())
        assert not sheet.keep_typed()
        await reader.press("tab")
        assert not sheet.keep_typed()


async def test_keys_for_an_editor_that_never_came_are_no_document() -> None:
    async with hands() as reader:
        sheet = EditorScreen("A", "~/db")
        reader.app.open(sheet)
        await reader.press("add")
        sheet.give_up()
        await reader.at_rest()
        assert reader.app.drafts == {}
        assert reader.app.below == []


async def test_a_field_is_kept_through_a_fault_with_its_type_even_if_it_is_none_yet() -> None:
    async with hands() as reader:
        await reader.opened(form := FieldForm({"title"}))
        await reader.press("count", "tab", "left", "tab", "[1, 2")
        assert form.keep_typed()
        form.give_up()
        await reader.opened(again := FieldForm({"title"}))
        await reader.at_rest()
        assert again.typed == form.typed
        assert "[1, 2" in again.typed
        await reader.press("tab", "tab", "]", "enter")
        assert reader.app.results[-1] == NewField("count", "[1,2]")


async def test_what_was_typed_for_one_field_is_not_offered_for_another() -> None:
    async with hands() as reader:
        await reader.opened(form := FieldForm((), "title", '"A"'))
        await reader.press("b")
        assert form.keep_typed()
        form.give_up()
        await reader.opened(other := FieldForm((), "note", '"A"'))
        assert other.typed == ""


async def test_an_export_is_kept_through_a_fault() -> None:
    async with hands() as reader:
        await reader.opened(form := export_form())
        await reader.press("tab", "7d")
        assert form.keep_typed()
        form.give_up()
        await reader.opened(again := export_form())
        assert again.typed == form.typed


# Every one of them, at any speed.

AT_ONCE = [
    ("enter", "enter"),
    ("escape", "escape"),
    ("abc j k q y n s x", "enter", "enter"),
    ("down", "pagedown", "up", "pageup", "enter", "escape", "escape"),
    ("tab", "right", "tab", "x", "enter", "y", "escape", "escape"),
]


async def close_all(reader: Hands) -> None:
    for _ in range(10):
        top = reader.app.screen
        if isinstance(top, ProgressScreen):
            top.end()
        elif isinstance(top, Question):
            await reader.press("y")
        elif isinstance(top, Sheet):
            await reader.press("escape")
    assert len(reader.app.screen_stack) == 1


@pytest.mark.parametrize("name", MODALS)
async def test_keys_in_one_go_do_no_harm_and_every_modal_returns_once(name: str) -> None:
    async with hands() as reader:
        place = [*MODALS].index(name)
        # But for a campaign three of the five, others from one modal to the next.
        ways = [keys for number, keys in enumerate(AT_ONCE, place) if CAMPAIGN > 1 or number % len(AT_ONCE) < 3]
        for number, keys in enumerate(ways, place):
            for is_there in (False, True) if CAMPAIGN > 1 else (number % 2 == 0,):
                reader.app.results.clear()
                sheet = MODALS[name]()
                reader.app.open(sheet)
                if is_there:
                    await reader.ready(sheet)
                await reader.press(*keys)
                await close_all(reader)
                assert reader.app.faults == []
                assert len(reader.app.results) == 1, keys
                assert sheet.has_ended


@pytest.mark.parametrize("name", UNFILLED)
async def test_a_modal_that_waits_drops_keys_when_it_is_given_up(name: str) -> None:
    async with hands() as reader:
        sheet = UNFILLED[name]()
        # Only one that has waited for long is closed by escape.
        sheet.waits_since = None
        reader.app.open(sheet)
        await reader.press("enter", "jq", "escape", "enter")
        assert not sheet.has_ended
        sheet.give_up()
        await reader.at_rest()
        assert reader.app.results == [None]
        assert reader.app.below == []
        assert reader.app.faults == []


async def test_what_comes_for_a_closed_modal_does_no_harm() -> None:
    async with hands() as reader:
        for is_there in (False, True):
            edits, routines, export = EditsScreen(NOW, UTC), RoutinesScreen(NOW, UTC), _export()
            picker, title, document = Picker("User"), RenameScreen("A"), EditorScreen("A", "~/db")
            row = RawScreen(message(), _read)
            news, facts = ArrivalsScreen(arrivals(1), UTC), MODALS["facts"]()
            for sheet in (edits, routines, export, picker, title, document, row, news, facts):
                reader.app.open(sheet)
                if is_there:
                    await reader.pilot.pause()
                sheet.give_up()
            edits.fill([edit(1)], {}, ())
            routines.fill([routine(1)])
            export.fill(targets())
            picker.fill([("a", "A")])
            title.fill("A", saved)
            document.fill(Metadata("{}"), saved)
            row.fill(raw())
            news.append(arrivals(3).held)
            await reader.at_rest()
        assert reader.app.faults == []
        assert reader.app.results == [None] * 18
        assert len(reader.app.screen_stack) == 1


def _export() -> ExportForm:
    return ExportForm(Path("/tmp"), lambda _: AtPath.NOTHING, NOW, UTC)


async def _read(_: int) -> RawMessage:
    return raw()


# One by one.


async def test_a_title_that_comes_late_stands_before_what_was_typed() -> None:
    async with hands() as reader:
        sheet = RenameScreen("Lisbon trip")
        reader.app.open(sheet)
        await reader.press(" in May", "enter")
        kept: list[str | None] = []

        async def save(title: str | None) -> Outcome:
            kept.append(title)
            return Saved()

        sheet.fill("Lisbon", save)
        await reader.until(lambda: reader.app.results == [Saved()])
        assert kept == ["Lisbon in May"]


async def test_enter_twice_saves_a_title_once_and_keys_wait_for_the_end_of_the_save() -> None:
    async with hands() as reader:
        begun, may_end = [], asyncio.Event()

        async def save(title: str | None) -> Outcome:
            begun.append(title)
            await may_end.wait()
            return Saved()

        sheet = rename(save)
        reader.app.open(sheet)
        await reader.press("s", "enter", "enter", "escape", "escape")
        assert begun == ["Lisbons"]
        assert not sheet.has_ended
        may_end.set()
        await reader.until(lambda: reader.app.results == [Saved()])
        await reader.until(lambda: reader.app.below[-2:] == ["escape", "escape"])


async def test_a_title_that_was_not_saved_stays_in_the_line() -> None:
    async with hands() as reader:
        outcomes: list[Outcome] = [Failed("The disk is full."), Contested("{}", Merge("{}")), Saved()]

        async def save(_: str | None) -> Outcome:
            return outcomes.pop(0)

        sheet = rename(save)
        await reader.opened(sheet)
        await reader.press("s", "enter")
        await reader.until(lambda: status(sheet) == "✗ The disk is full.")
        await reader.press("enter")
        await reader.until(lambda: "another title meanwhile" in status(sheet))
        await reader.press("enter")
        await reader.until(lambda: reader.app.results == [Saved()])


async def test_an_edit_is_written_once_however_often_it_is_agreed_to() -> None:
    async with hands() as reader:
        written: list[str] = []

        async def save(new: str, _: str) -> Outcome:
            written.append(new)
            return Saved()

        reader.app.open(editor(save=save))
        await reader.press("-", "s", "enter", "enter", "enter")
        await reader.until(lambda: reader.app.results == [Saved()])
        assert len(written) == 1


async def test_edits_that_are_none_are_said_and_enter_does_nothing() -> None:
    async with hands() as reader:
        sheet = EditsScreen(NOW, UTC)
        reader.app.open(sheet)
        reader.app.type_ahead("enter")
        sheet.fill([], {}, ())
        await reader.at_rest()
        assert "Nothing was edited yet." in reader.text()
        assert reader.app.results == []


async def test_a_row_of_the_newsroom_is_the_one_that_was_picked_though_old_ones_go() -> None:
    async with hands() as reader:
        sheet = ArrivalsScreen(arrivals(HELD), UTC)
        await reader.opened(sheet)
        await reader.press("k")
        sheet.action_pick()
        sheet.append([Arrival(conversation(5000 + number), message(), "It is.") for number in range(10)])
        await reader.at_rest()
        assert reader.app.results == [conversation(HELD - 2)]


async def test_the_newsroom_follows_for_whom_rests_on_its_end() -> None:
    async with hands() as reader:
        sheet = ArrivalsScreen(arrivals(HELD), UTC)
        await reader.opened(sheet)
        sheet.append([Arrival(conversation(5000), message(), "It is.")])
        await reader.press("enter")
        assert reader.app.results == [conversation(5000)]


async def test_a_filter_that_is_typed_ahead_finds_its_routine() -> None:
    async with hands() as reader:
        sheet = RoutinesScreen(NOW, UTC)
        reader.app.open(sheet)
        reader.app.type_ahead("backup 27", "enter", "enter")
        sheet.fill([routine(number) for number in range(1, 30)])
        await reader.until(lambda: bool(reader.app.results))
        (found,) = reader.app.results
        assert getattr(found, "routine", None) == routine(27)


async def test_a_question_is_answered_no_by_escape_and_by_enter() -> None:
    async with hands() as reader:
        for keys in (("escape",), ("enter",), ("n",), ("j", "enter"), ("y",)):
            reader.app.open(Question("A", "B?", yes="Yes", no="No"))
            await reader.press(*keys)
        assert reader.app.results == [False, False, False, True, True]


async def test_progress_may_end_before_it_is_shown_or_below_a_question() -> None:
    async with hands() as reader:
        sheet = ProgressScreen("Writing", "messages")
        sheet.report(1, 0)
        sheet.end()
        reader.app.open(sheet)
        await reader.until(lambda: sheet.has_ended)
        sheet.report(2, 10)
        sheet.end()
        await reader.opened(below := ProgressScreen("Writing", "messages"))
        await reader.press("escape")
        assert below.is_stopped
        assert not below.has_ended
        await reader.opened(Question("A", "B?", yes="Yes", no="No"))
        below.end()
        assert not below.has_ended
        await reader.press("y")
        await reader.until(lambda: below.has_ended)
        assert reader.app.results == [None, True, None]
        assert reader.app.faults == []


async def test_a_file_that_exists_is_replaced_only_if_that_is_meant(tmp_path: Path) -> None:
    async with hands() as reader:
        await reader.opened(export_form(tmp_path, AtPath.FILE))
        await reader.press("enter", "enter")
        assert reader.app.results == []
        await reader.press("enter", "y")
        (request,) = reader.app.results
        assert isinstance(request, Request)
        assert request.replaces
