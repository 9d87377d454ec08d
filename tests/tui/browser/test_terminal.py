"""How the program takes the terminal and gives it back, however it ends."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.store.conftest import CAMPAIGN
from tests.tui.program import MAIN
from tests.tui.terminal import Terminal
from tests.tui.waiting import BOUND
from tui.widgets.key_queue import PAUSE_S

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "words of a message"
FIRST = "Conversations"


def is_left(written: bytes) -> bool:
    """Tell whether the alternate screen, mouse, paste and focus reports ended and the cursor shows."""
    modes: dict[bytes, bytes] = dict(re.findall(rb"\x1b\[\?(\d+)([hl])", written))
    # The cursor and the wrapping of lines are on by default, everything else is off.
    on = {mode for mode, value in modes.items() if value == b"h"}
    return b"1049" in modes and on == {b"25", b"7"}


def browser(folder: Path, sample: Path, code: str = MAIN, *, from_start: bool = False) -> Terminal:
    return Terminal(folder, "--db", str(sample), "--user", "default", code=code, from_start=from_start)


def is_one_sentence(written: bytes) -> bool:
    text = written.decode()
    return b"\x1b" not in written and text.count("\n") == 1 and text.rstrip().endswith(".") and len(text) > 20


@pytest.mark.parametrize("piped", [(0,), (1,), (2,), (0, 1, 2)], ids=["stdin", "stdout", "stderr", "all"])
def test_without_a_terminal_it_refuses_in_one_sentence(piped: tuple[int, ...], tmp_path: Path, sample: Path) -> None:
    with Terminal(tmp_path, "--db", str(sample), piped=piped) as terminal:
        assert isinstance(terminal.process, subprocess.Popen)
        out, err = terminal.process.communicate(timeout=BOUND)
        assert terminal.finish() == 2
        assert is_one_sentence((err or b"") + terminal.written)
        assert not out
        assert terminal.is_restored()


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_cannot_draw_is_refused(term: str, tmp_path: Path, sample: Path) -> None:
    with Terminal(tmp_path, "--db", str(sample), TERM=term) as terminal:
        assert terminal.finish() == 2
        assert is_one_sentence(terminal.written)
        assert terminal.is_restored()


def test_the_sample_history_is_refused_too_and_not_written(tmp_path: Path) -> None:
    with Terminal(tmp_path, "demo", TERM="dumb") as terminal:
        assert terminal.finish() == 2
        assert is_one_sentence(terminal.written)
    assert not (tmp_path / "data").exists()


def test_q_leaves_with_status_0(tmp_path: Path, sample: Path) -> None:
    with browser(tmp_path, sample) as terminal:
        terminal.until(FIRST)
        assert b"\x1b[?1049h" in terminal.written
        assert not terminal.is_restored()
        assert terminal.finish("q") == 0
        assert is_left(terminal.written)
        assert terminal.is_restored()


@pytest.mark.parametrize(
    ("number", "status", "opening"),
    [
        (signal.SIGTERM, 143, ("", FIRST)),
        (signal.SIGHUP, 129, ("", FIRST)),
        (signal.SIGTERM, 143, ("\x10", "Search for commands")),
        (signal.SIGHUP, 129, ("?", "esc closes")),
    ],
)
def test_a_signal_leaves_the_terminal_as_it_was(
    number: signal.Signals, status: int, opening: tuple[str, str], tmp_path: Path, sample: Path
) -> None:
    with browser(tmp_path, sample) as terminal:
        terminal.until(FIRST)
        terminal.press(*opening)
        terminal.process.send_signal(number)
        assert terminal.finish() == status
        assert is_left(terminal.written)
        assert terminal.is_restored()
        assert b"Traceback" not in terminal.written


@pytest.mark.parametrize(
    ("keys", "delay_ms"),
    [(keys, ms) for keys in "\t?" for ms in (0, 150, 300) if CAMPAIGN > 1 or (keys, ms) in (("\t", 0), ("?", 150))],
)
def test_keys_before_the_first_frame_do_what_they_do_after_it(
    keys: str, delay_ms: int, tmp_path: Path, sample: Path
) -> None:
    with browser(tmp_path, sample, from_start=True) as terminal:
        time.sleep(delay_ms / 1000)  # when the keys come is input
        terminal.type(keys)
        terminal.until(FIRST)
        if keys == "?":
            terminal.press("", "esc closes")
            terminal.press("\x1b", lambda text: "esc closes" not in text)
        assert b"fault of its own" not in terminal.written
        assert terminal.finish("q") == 0
        assert is_left(terminal.written)


@pytest.mark.parametrize("delay_ms", [0, 200] if CAMPAIGN == 1 else [0, 25, 50, 100, 200])
def test_q_leaves_from_the_first_moment_on(delay_ms: int, tmp_path: Path, sample: Path) -> None:
    with browser(tmp_path, sample, from_start=True) as terminal:
        time.sleep(delay_ms / 1000)  # when the key comes is input
        assert terminal.finish("q") == 0
        assert terminal.is_restored()
        assert b"Traceback" not in terminal.written


def test_a_closed_terminal_ends_the_program(tmp_path: Path, sample: Path) -> None:
    with browser(tmp_path, sample) as terminal:
        terminal.until(FIRST)
        terminal.close()
        # Nobody is left to read the status: 120 is Python's own where its last words cannot be written.
        assert terminal.process.wait(BOUND) in (129, 120)


def breaking(broken: str) -> str:
    """Return the program with a method that raises, a message's text among its values."""
    owner, _, method = broken.rpartition(".")
    return (
        "import pkgutil\n"
        f"def broken(self, *arguments):\n    content = {SECRET!r}\n    raise RuntimeError(content)\n"
        f"setattr(pkgutil.resolve_name({owner!r}), {method!r}, broken)\n{MAIN}"
    )


@pytest.mark.parametrize(
    ("broken", "keys"),
    [
        ("tui.browser.screen.BrowserScreen.action_help", "?"),
        ("tui.browser.list_pane.ListPane.on_conversation_list_moved", "j"),
        ("tui.browser.reading_pane.ReadingPane._read", "j"),
        ("tui.browser.conversation_facts.ConversationFacts.show", "i"),
        ("tui.modals.help.HelpScreen.compose", "?"),
        ("tui.modals.rename.RenameScreen.on_mount", "R"),
    ],
)
def test_a_fault_of_its_own_ends_what_was_asked_for_and_tells_no_message_text(
    broken: str, keys: str, tmp_path: Path, sample: Path
) -> None:
    with browser(tmp_path, sample, code=breaking(broken)) as terminal:
        terminal.until(FIRST)
        terminal.press(keys, "fault of its own")
        # What is typed without a pause into what has just gone is no command.
        terminal.settle(2 * PAUSE_S)
        assert terminal.finish("q") == 0
        assert is_left(terminal.written)
        assert SECRET.encode() not in terminal.written
    report = (tmp_path / "state" / "clawback" / "fault.txt").read_text()
    assert report.startswith("RuntimeError\n")
    assert SECRET not in report


def test_a_screen_that_cannot_be_drawn_ends_the_program_and_tells_no_message_text(
    tmp_path: Path, sample: Path
) -> None:
    broken = "tui.widgets.conversation_list.ConversationList.render_line"
    with browser(tmp_path, sample, code=breaking(broken)) as terminal:
        assert terminal.finish() == 1
        assert is_left(terminal.written)
        assert terminal.is_restored()
        assert SECRET.encode() not in terminal.written
        assert b"RuntimeError" in terminal.written
        assert b"fault of its own" in terminal.written


def test_what_was_typed_outlives_a_screen_that_cannot_be_drawn(tmp_path: Path, sample_copy: Path) -> None:
    code = (
        "from tui.widgets.entry import Entry\n"
        "from tui.widgets.conversation_list import ConversationList\n"
        "drawn = {}\n"
        "for widget in (Entry, ConversationList): drawn[widget] = widget.render_line\n"
        "is_broken = []\n"
        "def fragile(self, y):\n"
        "    if 'boom' in getattr(self, 'value', ''): is_broken.append(1)\n"
        "    if is_broken: raise RuntimeError\n"
        "    return drawn[type(self)](self, y)\n"
        "for widget in drawn: widget.render_line = fragile\n" + MAIN
    )
    with browser(tmp_path, sample_copy, code=code) as terminal:
        terminal.until(FIRST)
        terminal.press("R", "enter saves")
        terminal.press(" typed boom", "fault of its own")
        terminal.settle(2 * PAUSE_S)
        assert terminal.finish("j") == 1
        assert is_left(terminal.written)
    with browser(tmp_path, sample_copy) as terminal:
        terminal.until(FIRST)
        terminal.press("R", "typed boom")
        assert "is here again" in terminal.text()


def test_a_page_and_the_line_below_it_are_one_frame(tmp_path: Path, sample: Path) -> None:
    with browser(tmp_path, sample) as terminal:
        terminal.until("✗")
        # The answer of a terminal that draws what lies between two marks at once.
        terminal.type("\x1b[?2026;2$y")
        terminal.settle()
        terminal.press("\t", "open/fold")
        terminal.until("▲ older ─")
        terminal.settle()
        before = len(terminal.written)
        terminal.type("\x1b[5~")
        terminal.until(lambda text: "▼ newer" in text)
        terminal.settle()
        drawn = [frame for frame in terminal.written[before:].split(b"\x1b[?2026h") if b"\xe2\x96\xbc newer" in frame]
        assert len(drawn) == 1
        assert len(drawn[0]) > 3000, "the page is in the same frame"
