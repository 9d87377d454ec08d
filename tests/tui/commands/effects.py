"""What each command does, told without the table of commands: what to press before, and what holds afterwards."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from store.records import Machines
from tests.tui.browser.hands import press_fast
from tests.tui.conftest import open_long_thread
from tui.modals.change_preview import PreviewScreen
from tui.modals.command_line import CommandScreen
from tui.modals.export_form import ExportForm
from tui.modals.facts import FactsScreen
from tui.modals.field_form import FieldForm
from tui.modals.go_to import GoToScreen
from tui.modals.help import HelpScreen
from tui.modals.metadata_editor import EditorScreen
from tui.modals.name_view import NameViewScreen
from tui.modals.newsroom import ArrivalsScreen
from tui.modals.outline_screen import OutlineScreen
from tui.modals.palette import PaletteSheet
from tui.modals.past_edits import EditsScreen
from tui.modals.picker import Picker
from tui.modals.raw_message import RawScreen
from tui.modals.rename import RenameScreen
from tui.modals.routines_screen import RoutinesScreen
from tui.modals.run_diff import RunDiffScreen
from tui.modals.search_screen import SearchScreen
from tui.modals.statistics_screen import StatisticsScreen
from tui.modals.users import UsersScreen
from tui.model.run_window import Fold
from tui.text.message.layout_options import Times, Tools
from tui.widgets.channel_bar import ChannelBar
from tui.widgets.json_area import JsonArea
from tui.widgets.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.tui.conftest import Browser
    from tui.modals.sheet import Sheet

    Holds = Callable[[], object]
    Effect = Callable[[Browser], Holds]
    """Looks at the browser before the key, and returns what holds after it."""


class Case(NamedTuple):
    """An effect, and the keys, or steps, that bring the browser to where the command has it."""

    effect: Effect
    before: tuple[str, ...] = ()
    prepare: Callable[[Browser], Awaitable[None]] | None = None


def opens(sheet: type[Sheet[Any]], is_so: Callable[[Sheet[Any]], object] = bool) -> Effect:
    """A sheet of a kind lies uppermost."""

    def effect(browser: Browser) -> Holds:
        return lambda: isinstance(browser.app.screen, sheet) and is_so(browser.app.screen)

    return effect


def says(text: str) -> Effect:
    """Something is said in passing."""

    def effect(browser: Browser) -> Holds:
        browser.said.clear()
        return lambda: any(text in said for said in browser.said)

    return effect


def copies(wanted: Callable[[Browser], str]) -> Effect:
    """A text is on the clipboard."""

    def effect(browser: Browser) -> Holds:
        text = wanted(browser)
        assert text
        assert text != browser.app.clipboard
        return lambda: browser.app.clipboard == text

    return effect


def shows(is_so: Callable[[Browser], object]) -> Effect:
    """Something holds that did not before."""

    def effect(browser: Browser) -> Holds:
        assert not is_so(browser)
        return lambda: is_so(browser)

    return effect


def selects(step: int = 0, half_pages: int = 0) -> Effect:
    """Another row of the list is selected, so many rows or half pages away."""

    def effect(browser: Browser) -> Holds:
        rows = browser.conversations
        wanted = rows.selected + step + half_pages * (rows.room // 2)
        return lambda: rows.selected == wanted

    return effect


def scrolls(rows: int = 0, half_pages: int = 0) -> Effect:
    """The transcript stands so many rows, or half pages but for a row each, away."""

    def effect(browser: Browser) -> Holds:
        transcript = browser.transcript
        by = rows + half_pages * (transcript.viewport.height // 2 - 1)

        def shown() -> list[tuple[int, int]]:
            return [row[:2] for row in transcript.visible_rows()]

        before = shown()
        # What was there, or comes there, is that far from the top.
        return lambda: shown()[0] == before[by] if by > 0 else shown()[-by] == before[0]

    return effect


def goes_to_turn(step: int) -> Effect:
    """The message of the user that is next in a direction is current."""

    def effect(browser: Browser) -> Holds:
        transcript, wanted = browser.transcript, browser.transcript.current + step
        while (message := transcript._pages.get(wanted)) is not None and message.role != "user":
            wanted += step
        assert message is not None, "the turn's first message is held"
        return lambda: transcript.current == wanted

    return effect


def goes_to_message(step: int) -> Effect:
    def effect(browser: Browser) -> Holds:
        wanted = browser.transcript.current + step
        return lambda: browser.transcript.current == wanted

    return effect


def ledger(browser: Browser) -> Ledger:
    assert isinstance(browser.reader, Ledger)
    return browser.reader


def selects_run(step: int = 0, half_pages: int = 0) -> Effect:
    """Another entry of the ledger is selected, so many away, silences passed over."""

    def effect(browser: Browser) -> Holds:
        shown = ledger(browser)
        by = step + half_pages * (shown.room // 2)
        index, entries = shown.index + by, shown.window.entries
        while not isinstance(entries[index], Fold):
            index += 1 if by > 0 else -1
        wanted = entries[index].first
        return lambda: shown.selected == wanted

    return effect


def picks_channel(number: int) -> Effect:
    """A channel is picked, by its place in the bar; 0 is all."""

    def effect(browser: Browser) -> Holds:
        names = [None, *(channel.name for channel in browser.screen.query_one(ChannelBar).channels)]
        assert browser.screen.channel != names[number]
        return lambda: browser.screen.channel == names[number]

    return effect


def count_of_matches(browser: Browser) -> str:
    return str(browser.screen.query_one("#find-count").render())


def place_of_match(browser: Browser) -> tuple[int, int]:
    """Return which message with matches is shown, and which of its matches."""
    found = re.match(r"([\d,]+)/[\d,]+(?: · (\d+) of)?", count_of_matches(browser))
    return (int(found[1].replace(",", "")), int(found[2] or 1)) if found else (0, 0)


def finds(step: int) -> Effect:
    """The next match is shown, or the one before."""

    def effect(browser: Browser) -> Holds:
        before = place_of_match(browser)
        return lambda: (place_of_match(browser) > before) is (step > 0) and place_of_match(browser) != before

    return effect


def reads_again(browser: Browser) -> Holds:
    browser.conversations.window.rows.clear()
    return lambda: browser.conversations.window.rows


def opens_tool_calls(browser: Browser) -> Holds:
    before = browser.message_rows
    return lambda: browser.message_rows > before


def folds_or_unfolds(browser: Browser) -> Holds:
    window = ledger(browser).window
    folds = not window.folds or window.has_open_folds
    return lambda: window.folds == folds and not window.has_open_folds


def is_thread(title: str) -> Callable[[Browser], object]:
    return lambda browser: browser.opened.title == title and browser.app.focused is browser.reader


def is_in_list(browser: Browser) -> object:
    return browser.app.focused is browser.conversations


def is_in_reader(browser: Browser) -> object:
    return browser.app.focused is browser.reader


def is_filtering(browser: Browser) -> object:
    return browser.app.focused is not None and browser.app.focused.id == "filter-entry"


def is_finding(browser: Browser) -> object:
    return browser.app.focused is not None and browser.app.focused.id == "find-entry"


async def long_thread(browser: Browser) -> None:
    """Read a long conversation, two pages before its end."""
    await open_long_thread(browser)
    await browser.press("G", "pageup", "pageup")


async def tool_calls(browser: Browser) -> None:
    """Make calls of tools the current message."""
    await browser.press("tab", "G")
    while browser.message.role != "tool_calls":
        await browser.press("K")


async def matches(browser: Browser) -> None:
    """Look for a word that a conversation has often."""
    await tool_calls(browser)
    await browser.press("slash", *"the", "enter")
    await browser.until(lambda: "/" in count_of_matches(browser), "matches are counted")


async def as_ledger(browser: Browser) -> None:
    if not isinstance(browser.reader, Ledger):
        await browser.press("L")


async def heartbeat(browser: Browser) -> None:
    """Read the runs of the heartbeat, from the newest."""
    await browser.press("H")
    await as_ledger(browser)
    await browser.press("G")


async def plain_heartbeat(browser: Browser) -> None:
    """Read the thread of the heartbeat plainly."""
    await heartbeat(browser)
    await browser.press("L")


async def router(browser: Browser) -> None:
    """Read the runs of a routine that mostly says the same."""
    await browser.press("r")
    await press_fast(browser, *"router", "enter")
    await browser.settled()
    await as_ledger(browser)
    assert isinstance(ledger(browser).entry, Fold)


def message_link(browser: Browser) -> str:
    return f"{browser.message.conversation_id} {browser.message.id}"


def run_text(browser: Browser) -> str:
    run = ledger(browser).current_run
    assert run is not None
    return run.text


CASES: dict[str, Case] = {
    # The list.
    "read": Case(shows(is_in_reader)),
    "list-next": Case(selects(1)),
    "list-previous": Case(selects(-1), ("j", "j")),
    "list-half-down": Case(selects(half_pages=1)),
    "list-half-up": Case(selects(half_pages=-1), ("pagedown", "pagedown")),
    "list-page-down": Case(selects(half_pages=2)),
    "list-page-up": Case(selects(half_pages=-2), ("pagedown", "pagedown")),
    "list-newest": Case(shows(lambda browser: browser.conversations.selected == 0), ("j", "j")),
    "list-oldest": Case(
        shows(
            lambda browser: (
                browser.conversations.window.reaches_oldest
                and browser.conversations.selected == browser.conversations.window.length - 1
            )
        )
    ),
    "search": Case(opens(SearchScreen)),
    "filter": Case(shows(is_filtering)),
    "next-unseen": Case(says("Nothing new.")),
    "mark": Case(shows(lambda browser: browser.conversations.marked)),
    "copy-title": Case(copies(lambda browser: browser.selected.title)),
    "copy-id": Case(copies(lambda browser: browser.selected.id)),
    # The transcript.
    "toggle": Case(opens_tool_calls, prepare=tool_calls),
    "line-down": Case(scrolls(1), prepare=long_thread),
    "line-up": Case(scrolls(-1), prepare=long_thread),
    "message-next": Case(goes_to_message(1), ("K", "K"), long_thread),
    "message-previous": Case(goes_to_message(-1), prepare=long_thread),
    "turn-next": Case(goes_to_turn(1), prepare=long_thread),
    "turn-previous": Case(goes_to_turn(-1), ("left_curly_bracket",), long_thread),
    "half-down": Case(scrolls(half_pages=1), prepare=long_thread),
    "half-up": Case(scrolls(half_pages=-1), prepare=long_thread),
    "page-down": Case(scrolls(half_pages=2), prepare=long_thread),
    "page-up": Case(scrolls(half_pages=-2), prepare=long_thread),
    "first": Case(shows(lambda browser: browser.transcript.viewport.is_at_start), prepare=long_thread),
    "last": Case(shows(lambda browser: browser.transcript.viewport.is_at_end), prepare=long_thread),
    "find": Case(shows(is_finding), prepare=long_thread),
    "match-next": Case(finds(1), prepare=matches),
    "match-previous": Case(finds(-1), ("n", "n"), matches),
    "go-to": Case(opens(GoToScreen), prepare=long_thread),
    "outline": Case(opens(OutlineScreen), prepare=long_thread),
    "first-new": Case(says("Nothing is new here."), prepare=long_thread),
    "follow": Case(shows(lambda browser: browser.transcript.viewport.follows), prepare=long_thread),
    "tools": Case(shows(lambda browser: browser.transcript.options.tools is Tools.SUMMARY), prepare=tool_calls),
    "plain-message": Case(
        shows(lambda browser: browser.message.cursor in browser.transcript._rows._switched), prepare=long_thread
    ),
    "times": Case(shows(lambda browser: browser.transcript.options.times is Times.FULL), prepare=tool_calls),
    "copy-message": Case(copies(lambda browser: browser.message.content), prepare=long_thread),
    "copy-link": Case(copies(message_link), prepare=long_thread),
    "links": Case(says("There is no link in"), prepare=long_thread),
    "bookmark": Case(says("Bookmarked."), prepare=long_thread),
    "save-pictures": Case(says("There is no picture in the message."), prepare=long_thread),
    "raw": Case(opens(RawScreen), prepare=long_thread),
    "plain-ledger": Case(shows(lambda browser: isinstance(browser.reader, Ledger)), prepare=plain_heartbeat),
    # The ledger.
    "run-open": Case(shows(lambda browser: ledger(browser).window.has_open_folds), prepare=router),
    "run-next": Case(selects_run(1), ("k", "k"), heartbeat),
    "run-previous": Case(selects_run(-1), prepare=heartbeat),
    "run-half-down": Case(selects_run(half_pages=1), ("pageup", "pageup"), heartbeat),
    "run-half-up": Case(selects_run(half_pages=-1), prepare=heartbeat),
    "run-page-down": Case(selects_run(half_pages=2), ("pageup", "pageup"), heartbeat),
    "run-page-up": Case(selects_run(half_pages=-2), prepare=heartbeat),
    "run-first": Case(shows(lambda browser: ledger(browser).selected == 0), prepare=heartbeat),
    "run-last": Case(shows(lambda browser: ledger(browser).follows), ("pageup",), heartbeat),
    "run-failure": Case(says("There is no failure before this."), prepare=heartbeat),
    "run-diff": Case(opens(RunDiffScreen), prepare=heartbeat),
    "ledger": Case(shows(lambda browser: browser.reader is browser.transcript), prepare=heartbeat),
    "run-fold": Case(folds_or_unfolds, prepare=router),
    "run-find": Case(shows(is_finding), prepare=heartbeat),
    "run-go-to": Case(opens(GoToScreen), prepare=heartbeat),
    "run-first-new": Case(says("Nothing is new here."), prepare=heartbeat),
    "run-follow": Case(shows(lambda browser: not ledger(browser).follows), prepare=heartbeat),
    "run-bookmark": Case(says("Bookmarked."), prepare=heartbeat),
    "run-copy": Case(copies(run_text), prepare=heartbeat),
    "run-link": Case(says("Copied the ids"), prepare=heartbeat),
    # Everywhere.
    "other-pane": Case(shows(is_in_reader)),
    "to-list": Case(shows(is_in_list), ("tab",)),
    "to-transcript": Case(shows(is_in_reader)),
    "channel-next": Case(picks_channel(1)),
    "channel-previous": Case(picks_channel(-1)),
    "channel-0": Case(picks_channel(0), ("1",)),
    **{f"channel-{number}": Case(picks_channel(number)) for number in range(1, 10)},
    "machines": Case(shows(lambda browser: browser.screen.view.machines is Machines.SHOWN)),
    "edit": Case(opens(EditorScreen)),
    "rename": Case(opens(RenameScreen)),
    "undo": Case(says("There is nothing to undo.")),
    "edits": Case(opens(EditsScreen)),
    "info": Case(opens(FactsScreen)),
    "routines": Case(opens(RoutinesScreen)),
    "heartbeat": Case(shows(is_thread("Heartbeat"))),
    "assistant": Case(opens(Picker, lambda sheet: "Assistant threads" in str(sheet.frame.border_title))),
    "pipe": Case(opens(CommandScreen)),
    "pager": Case(says("PAGER or EDITOR is no command")),
    "export": Case(opens(ExportForm)),
    "bookmarks": Case(says("Nothing is bookmarked")),
    "marked": Case(says("Nothing is marked")),
    "mark-seen": Case(says("Nothing is new.")),
    "statistics": Case(opens(StatisticsScreen)),
    "newsroom": Case(opens(ArrivalsScreen)),
    "save-view": Case(opens(NameViewScreen)),
    "views": Case(says("No view was saved yet")),
    "users": Case(opens(UsersScreen)),
    "history": Case(says("There is one history here")),
    "hide-list": Case(shows(lambda browser: browser.screen.has_class("-no-list"))),
    "reload": Case(reads_again),
    "palette": Case(opens(PaletteSheet)),
    "help": Case(opens(HelpScreen)),
    "back": Case(shows(lambda browser: browser.screen.channel is None), ("1",)),
    # The editor of metadata.
    "field-change": Case(opens(FieldForm, lambda sheet: "Change field" in str(sheet.frame.border_title)), ("e",)),
    "field-add": Case(opens(FieldForm, lambda sheet: "New field" in str(sheet.frame.border_title)), ("e",)),
    "field-delete": Case(shows(lambda browser: "1 change, not saved" in browser.text()), ("e",)),
    "editor-view": Case(shows(lambda browser: isinstance(browser.app.focused, JsonArea)), ("e",)),
    "editor-save": Case(opens(PreviewScreen), ("e", "minus")),
    "editor-close": Case(shows(lambda browser: browser.app.screen is browser.screen), ("e",)),
}
"""Each command but the one that leaves the program."""
