"""What a reader sees and presses, on the sample history."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from textual import events
from textual.geometry import Offset
from textual.selection import Selection

from store import open_store
from store.records import Machines
from tests.store.conftest import add_conversation, make_database, plain
from tests.tui.browser.hands import press_fast
from tests.tui.conftest import browse, open_long_thread
from tui.config.state import State
from tui.modals.help import HelpScreen
from tui.modals.users import UsersScreen
from tui.model.viewport import LAST_ROW, Place
from tui.text.message.layout_options import Times, Tools
from tui.text.visible import visible
from tui.widgets.message_layout import decode_line, encode_line
from tui.widgets.status_bar import StatusBar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.records import Message
    from tests.tui.conftest import Browser
    from tui.browser.screen import BrowserScreen


async def test_starts_with_the_newest_conversation_beside_the_list(sample: Path) -> None:
    async with browse(sample) as browser:
        screen = browser.screen
        assert screen.list_pane.conversations.has_focus
        assert screen.list_pane.conversations.selected == 0
        assert screen.reading.transcript.conversation is screen.list_pane.conversations.highlighted
        assert screen.reading.transcript.viewport.is_at_end


async def test_the_list_reads_on_to_its_last_conversation(sample: Path) -> None:
    async with browse(sample) as browser:
        conversations = browser.conversations
        total = await browser.store.count_conversations("default", machines=Machines.FOLDED)
        while not (conversations.window.reaches_oldest and conversations.selected == total - 1):
            before = conversations.selected
            await press_fast(browser, *["j"] * 20)
            await browser.settled()
            assert conversations.selected > before
        rows = [row.id for row in conversations.window.rows]
        assert len(rows) == len(set(rows)) == total
        await browser.press("j")
        assert conversations.selected == total - 1


async def test_the_oldest_conversation_is_reached_without_what_lies_between(sample: Path) -> None:
    async with browse(sample) as browser:
        conversations = browser.conversations
        await browser.press("G")
        assert conversations.window.reaches_oldest
        assert conversations.selected == conversations.window.length - 1
        await browser.press("g")
        assert conversations.selected == 0
        assert conversations.window.reaches_newest


async def test_paging_back_shows_every_message_once_and_moves_no_line(sample: Path) -> None:
    async with browse(sample, size=(100, 100)) as browser:
        await open_long_thread(browser)
        transcript = browser.transcript
        seen: set[int] = set()
        while not transcript.viewport.is_at_start:
            before = [row[:2] for row in transcript.visible_rows()]
            seen.update(ordinal for ordinal, _ in before)
            transcript.action_half_pages(-2)
            moved = [row[:2] for row in transcript.visible_rows()]
            assert before[0] in moved, "a page keeps the row that was on top in sight"
            await browser.until(lambda: not transcript.is_waiting, "the page is being read")
            after = [row[:2] for row in transcript.visible_rows()]
            # A row that waited for its message becomes that message; nothing else may move.
            first = 1 if moved[0][1] == LAST_ROW else 0
            assert after[first] == moved[first], "loading moved the first line"
        seen.update(ordinal for ordinal, _, _ in transcript.visible_rows())
        assert seen == set(range(transcript.total))
        assert "start of conversation" in transcript.visible_rows()[0][2]


async def test_start_and_newest_are_one_key_away(sample: Path) -> None:
    async with browse(sample) as browser:
        await open_long_thread(browser)
        transcript = browser.transcript
        await browser.press("g")
        assert transcript.viewport.is_at_start
        assert "start of conversation" in transcript.visible_rows()[0][2]
        await browser.press("G")
        assert transcript.viewport.is_at_end
        assert transcript.current == transcript.total - 1


async def test_resizing_keeps_the_line_on_top(sample: Path) -> None:
    async with browse(sample, size=(140, 40)) as browser:
        await open_long_thread(browser)
        transcript = browser.transcript
        for _ in range(5):
            await browser.press("pageup")
        top = transcript.visible_rows()[0]
        await browser.pilot.resize_terminal(90, 30)
        await browser.settled()
        now = transcript.visible_rows()[0]
        assert now[0] == top[0]
        assert now[2][:12] == top[2][:12]


@pytest.mark.parametrize(
    ("keys", "pane"), [("enter G", "transcript"), ("tab g", "transcript"), ("tab tab G", "list"), ("l h j", "list")]
)
async def test_a_key_typed_right_after_a_change_of_pane_acts_there(sample: Path, keys: str, pane: str) -> None:
    async with browse(sample) as browser:
        await browser.press("j")
        selected, screen = browser.selected.id, browser.screen
        for key in keys.split():
            browser.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await browser.settled()
        assert screen.focused is (browser.transcript if pane == "transcript" else browser.conversations)
        assert (browser.selected.id == selected) == (pane == "transcript")


async def test_resizing_at_the_end_stays_at_the_end(sample: Path) -> None:
    async with browse(sample, size=(140, 40)) as browser:
        transcript = browser.transcript
        for width, height in ((72, 10), (300, 2), (140, 40), (60, 8), (140, 40)):
            await browser.pilot.resize_terminal(width, height)
            await browser.settled()
            assert transcript.viewport.follows
        assert transcript.viewport.is_at_end


async def test_picking_a_channel_shows_only_its_conversations(sample: Path) -> None:
    async with browse(sample) as browser:
        screen = browser.screen
        await browser.press("1")
        assert screen.channel is not None
        assert {row.channel for row in screen.list_pane.conversations.window.rows} == {screen.channel}
        await browser.press("right_square_bracket")
        second = screen.channel
        await browser.press("left_square_bracket", "left_square_bracket")
        assert screen.channel is None
        await browser.press("2")
        assert screen.channel == second
        await browser.press("escape")
        assert screen.channel is None


async def test_machine_threads_fold_but_failing_ones_stay(sample: Path) -> None:
    async with browse(sample) as browser:
        screen = browser.screen
        machines = [row for row in screen.list_pane.conversations.window.rows if row.kind.is_machine]
        assert machines
        assert all(row.routine and row.routine.consecutive_failures for row in machines)
        await browser.press("a")
        assert screen.view.machines is Machines.SHOWN
        await browser.press("a")
        assert all(row.kind.is_machine for row in screen.list_pane.conversations.window.rows)
        await browser.press("escape")
        assert screen.view.machines is Machines.FOLDED


async def test_a_tool_call_opens_and_folds(sample: Path) -> None:
    async with browse(sample) as browser:
        transcript = browser.transcript
        await browser.press("tab")
        while browser.message.role != "tool_calls":
            await browser.press("K")
        before = browser.message_rows
        await browser.press("enter")
        assert browser.message_rows > before
        await browser.press("enter")
        assert browser.message_rows == before
        await browser.press("t")
        assert transcript.options.tools is Tools.SUMMARY
        await browser.press("t")
        assert transcript.options.tools is Tools.FULL


async def test_times_cycle(sample: Path) -> None:
    async with browse(sample) as browser:
        await browser.press("tab", "T")
        assert browser.transcript.options.times is Times.FULL
        await browser.press("T")
        assert browser.transcript.options.times is Times.HIDDEN
        await browser.press("T")
        assert browser.transcript.options.times is Times.CLOCK


async def test_a_separator_takes_one_row_however_narrow_the_terminal_is(sample: Path) -> None:
    async with browse(sample, size=(36, 12)) as browser:
        await browser.press("enter", "g")
        assert browser.text().count("start of conversation") == 1


async def test_narrow_terminals_show_one_pane(sample: Path) -> None:
    async with browse(sample, size=(50, 24)) as browser:
        screen = browser.screen
        assert screen.list_pane.conversations.size.width > 40
        assert not screen.reading.transcript.region
        await browser.press("enter")
        assert screen.reading.transcript.region
        assert not screen.list_pane.conversations.region
        await browser.press("escape")
        assert screen.list_pane.conversations.region
        assert screen.list_pane.conversations.has_focus


async def test_every_key_works_at_every_size(sample: Path) -> None:
    async with browse(sample, size=(1, 1)) as browser:
        conversations, screen = browser.conversations, browser.screen
        came_true: dict[str, Callable[[], bool]] = {
            "g": lambda: conversations.selected == 0,
            "j": lambda: conversations.selected == 1,
            "enter": lambda: screen.focused is browser.transcript and browser.opened.id == browser.selected.id,
            "pageup": lambda: not browser.transcript.viewport.follows,
            "end": lambda: browser.transcript.viewport.is_at_end,
            "h": lambda: conversations.has_focus,
            "G": lambda: conversations.selected == conversations.window.length - 1,
            "a": lambda: screen.view.machines is Machines.SHOWN,
            "escape": lambda: screen.view.machines is Machines.FOLDED,
        }
        for width, height in ((1, 1), (20, 3), (40, 12), (500, 2), (72, 18), (200, 60)):
            await browser.pilot.resize_terminal(width, height)
            for key, is_true in came_true.items():
                await browser.press(key)
                assert is_true(), (key, width, height)
                rows = browser.text().split("\n")
                assert len(rows) == height, (key, width, height)
                assert all(cell_len(row) <= width for row in rows), (key, width, height)


async def test_copying_says_what_and_sanitises(sample: Path) -> None:
    async with browse(sample) as browser:
        await browser.press("y")
        assert browser.app.clipboard == browser.selected.title
        await browser.press("Y")
        assert browser.app.clipboard == browser.selected.id
        await browser.press("tab", "y")
        assert browser.app.clipboard == browser.message.content
        await browser.press("Y")
        assert browser.message.id in browser.app.clipboard


async def drag(browser: Browser, start: tuple[int, int], end: tuple[int, int]) -> None:
    pilot, transcript = browser.pilot, browser.transcript
    await pilot.mouse_down(transcript, offset=start)
    await pilot.hover(transcript, offset=end)
    await pilot.mouse_up(transcript, offset=end)
    await browser.settled()


async def test_dragging_selects_text_across_rows(sample: Path) -> None:
    async with browse(sample) as browser:
        await drag(browser, (4, 3), (20, 9))
        selected = browser.app.screen.get_selected_text()
        assert selected
        shown = [text for _, _, text in browser.transcript.visible_rows()][4:8]
        for row in shown:
            assert row.strip() in selected


def first_row_of(browser: Browser, ordinal: int) -> int:
    return next(y for y, place in enumerate(browser.transcript.places) if place.ordinal == ordinal)


async def test_a_selection_copies_messages_as_stored_and_parts_as_shown(sample: Path) -> None:
    async with browse(sample) as browser:
        transcript = browser.transcript
        await browser.press("tab")
        markdown = await find_message(browser, lambda m: m.role == "assistant" and "**" in m.content)
        top = first_row_of(browser, transcript.current)
        bottom = top + browser.message_rows - 2
        await drag(browser, (0, top), (transcript.size.width - 2, bottom))
        await browser.press("ctrl+c")
        head, _, body = browser.app.clipboard.partition("\n")
        assert head.startswith("assistant")
        assert body == visible(markdown.content)
        await drag(browser, (2, top + 1), (9, top + 1))
        await browser.press("ctrl+c")
        assert browser.app.clipboard == transcript.visible_rows()[top + 1][2][:8]


async def find_message(browser: Browser, is_wanted: Callable[[Message], bool]) -> Message:
    """Go back to a message that is wholly on the screen."""
    transcript = browser.transcript
    for _ in range(200):
        message = browser.message
        places = [place for place in transcript.places if place.ordinal == transcript.current]
        if is_wanted(message) and len(places) == browser.message_rows:
            return message
        await browser.press("K")
    pytest.fail("no such message")


async def test_a_selection_survives_scrolling_loading_and_resizing(sample: Path) -> None:
    async with browse(sample, size=(120, 30)) as browser:
        await open_long_thread(browser)
        transcript = browser.transcript
        last = transcript.total - 1
        await drag(browser, (0, 2), (transcript.size.width - 2, transcript.viewport.height - 2))
        selected = browser.screen.get_selected_text()
        first_ordinal, _ = transcript.seen
        await browser.press("g")
        assert transcript.seen[0] == 0
        await browser.pilot.resize_terminal(90, 40)
        await browser.settled()
        await browser.press("ctrl+c")
        assert browser.app.clipboard == selected
        await browser.press("G")
        assert transcript.seen[1] == last
        await browser.press("ctrl+c")
        assert browser.app.clipboard == selected
        assert first_ordinal > 0


async def test_a_selection_reaches_over_messages_that_are_not_held(sample: Path) -> None:
    async with browse(sample, size=(120, 30)) as browser:
        await open_long_thread(browser)
        screen, transcript = browser.screen, browser.transcript
        first, last = 5, transcript.total - 5
        screen.selections = {
            transcript: Selection(Offset(0, encode_line(first, 0)), Offset(10**6, encode_line(last, 10**5)))
        }
        await browser.press("ctrl+c")
        async with open_store(sample) as store:
            stored = await store.list_conversation_messages(browser.opened.id)
        copied = browser.app.clipboard
        at = 0
        for message in stored[first : last + 1]:
            if message.role != "tool_calls":
                at = copied.index(visible(message.content), at)
        assert len(transcript._pages) < len(stored)


async def test_scrolling_while_dragging_extends_the_selection(sample: Path) -> None:
    async with browse(sample, size=(120, 30)) as browser:
        await open_long_thread(browser)
        pilot, transcript = browser.pilot, browser.transcript
        left, top = transcript.content_region.x + 6, transcript.content_region.y
        await pilot.mouse_down(transcript, offset=(6, 15))
        for y, delta in ((8, -7), (0, -8)):
            browser.app.post_message(
                events.MouseMove(None, left, top + y, 0, delta, 1, False, False, False, left, top + y)
            )
        before = transcript.viewport.anchor
        await browser.until(lambda: transcript.viewport.anchor < Place(before.ordinal - 3, 0), "the pane scrolls")
        anchor, selection = transcript.viewport.anchor, transcript.text_selection
        await pilot.mouse_up(transcript, offset=(6, 0))
        assert selection is not None
        assert selection.start is not None
        assert decode_line(selection.start.y)[0] <= anchor.ordinal + 1, "the selection came along"


async def test_users_can_be_switched_and_are_remembered(sample: Path) -> None:
    state = State(None)
    async with browse(sample, state=state) as browser:
        await browser.press("U")
        assert isinstance(browser.app.screen, UsersScreen)
        await browser.press("j", "enter")
        assert browser.screen.user != "default"
        assert state.get("user:~/.ironclaw/ironclaw.db") == browser.screen.user
        assert {row.user_id for row in browser.conversations.window.rows} == {browser.screen.user}


async def test_an_unknown_owner_is_offered_the_users_there_are(sample: Path) -> None:
    async with browse(sample, user="nobody", is_user_explicit=False) as browser:
        assert isinstance(browser.app.screen, UsersScreen)
        await browser.press("enter")
        assert browser.conversations.window.rows


async def test_help_opens_and_closes(sample: Path) -> None:
    async with browse(sample) as browser:
        await browser.press("question_mark")
        assert isinstance(browser.app.screen, HelpScreen)
        await browser.press("escape")
        assert browser.app.screen is browser.screen


async def test_a_chosen_theme_is_remembered(sample: Path, tmp_path: Path) -> None:
    state = State(tmp_path / "state.json")
    async with browse(sample, state=state) as browser:
        browser.app.theme = "nord"
        await browser.settled()
    assert State(tmp_path / "state.json").get("theme") == "nord"
    assert (tmp_path / "state.json").stat().st_mode & 0o777 == 0o600
    async with browse(sample, state=State(tmp_path / "state.json")) as browser:
        assert browser.app.theme == "nord"


@pytest.mark.paints
async def test_painted_rows_hold_on_to_what_they_were_painted_from(sample: Path) -> None:
    # They are kept under its identity: were it gone, another object could take that, and show these rows.
    async with browse(sample) as browser:
        await browser.press("j", "j")
        for painted in (browser.transcript._strips, browser.conversations._painted._lines):
            assert painted
            assert all(id(source) in key for key, (source, _) in painted.items())


async def test_a_damaged_file_is_read_on_and_marked(sample_copy: Path) -> None:
    for suffix in ("-wal", "-shm"):
        sample_copy.with_name(sample_copy.name + suffix).unlink(missing_ok=True)
    data = bytearray(sample_copy.read_bytes())
    root = sqlite3.connect(sample_copy)
    (page,) = root.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'idx_conversations_channel'").fetchone()
    (size,) = root.execute("PRAGMA page_size").fetchone()
    root.close()
    data[(page - 1) * size + 8 : page * size] = bytes(size - 8)
    sample_copy.write_bytes(data)
    async with browse(sample_copy, checks_file=True) as browser:
        await browser.until(lambda: "damaged" in browser.screen.status.badges)
        assert browser.conversations.window.rows


async def test_reading_changes_no_byte(sample_copy: Path) -> None:
    before = hashlib.sha256(sample_copy.read_bytes()).hexdigest()
    async with browse(sample_copy) as browser:
        await browser.press("j", "enter", "pageup", "g", "G", "escape", "a", "H", "G")
    assert hashlib.sha256(sample_copy.read_bytes()).hexdigest() == before


async def test_reading_again_tells_that_another_file_took_the_place(sample_copy: Path) -> None:
    async with browse(sample_copy) as browser:
        shutil.copy(sample_copy, sample_copy.with_suffix(".other"))
        sample_copy.with_suffix(".other").replace(sample_copy)
        await browser.press("ctrl+r")
        assert browser.screen.query_one("#list-pane").has_class("-empty")
        assert "Another file" in browser.text()
        await browser.press("ctrl+r")
        assert browser.conversations.window.rows, "told once, the new file is opened"
        assert browser.opened.id == browser.selected.id
        assert browser.transcript.total


async def test_a_conversation_opens_where_it_was_left(sample: Path) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await open_long_thread(browser)
        await browser.press("g", *["pagedown"] * 30)
        transcript = browser.transcript
        before = transcript.visible_rows(), browser.message.id
        await browser.press("tab", "j")
        assert browser.transcript.viewport.follows
        await browser.press("k", "tab")
        assert (transcript.visible_rows(), browser.message.id) == before
        await browser.press("G", "tab", "j", "k")
        assert transcript.viewport.follows


async def test_the_list_selects_what_is_opened_from_elsewhere(sample: Path) -> None:
    async with browse(sample) as browser:
        await browser.press("a", "H")
        await browser.settled()
        assert browser.opened.title == "Heartbeat"
        assert browser.selected.id == browser.opened.id


async def test_a_user_with_machine_threads_alone_is_told_how_to_see_them(tmp_path: Path) -> None:
    path = make_database(tmp_path / "machines.db")
    with plain(path) as db:
        add_conversation(db, channel="heartbeat", metadata='{"thread_type": "heartbeat"}')
    async with browse(path, is_user_explicit=False) as browser:
        assert "Only routine and heartbeat threads here" in browser.text()
        await browser.press("a")
        assert browser.selected.title == "Heartbeat"


async def test_what_comes_while_the_screen_is_taken_down_is_dropped(sample: Path) -> None:
    async with browse(sample) as browser:
        await browser.press("tab")
        screen = browser.screen
        await screen.query_one(StatusBar).remove()
        screen.reading.transcript.action_first()
        screen.host.run(screen.reading.loader.complete_order, group="test")
        screen.host.run(lambda: update_badges(screen), group="test")
        await browser.pilot.pause()
        await browser.done()
        assert browser.app.is_running
    assert browser.app.return_code in (0, None)


async def update_badges(screen: BrowserScreen) -> None:
    screen.update_badges()
