"""The terminal may go away, or be left in any state by a program: clawback ends with the one and mends the other."""

from __future__ import annotations

import os
import re
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from tests.tui.terminal import ROWS, Terminal
from tests.tui.waiting import BOUND

if TYPE_CHECKING:
    from pathlib import Path

FIRST = "Conversations"
TAKEN = b"\x1b[?1049h"
"""What takes the terminal's whole screen."""
BACK = "Press enter to go back"
ROUNDS = 3
STARTED = re.compile(r"(\d+) begun")
UNDONE = {
    "line drawing": r"\033(0",
    "insert mode": r"\033[4h",
    "margins": r"\033[1;5r",
    "origin mode": r"\033[2;4r\033[?6h",
    "shifted out": r"\033)0\016",
    "no wrap": r"\033[?7l",
    "colours": r"\033[8;41m",
}
"""What a program may print and leave behind."""


def browser(folder: Path, sample: Path) -> Terminal:
    return Terminal(folder, "--db", str(sample), "--user", "default")


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("keys", ["", "jjjj", "/lisbon"])
def test_a_hang_up_ends_the_program(keys: str, tmp_path: Path, sample: Path) -> None:
    for _ in range(ROUNDS):
        with browser(tmp_path, sample) as terminal:
            terminal.until(FIRST)
            terminal.type(keys)
            terminal.close()
            for number in (signal.SIGHUP, signal.SIGCONT):
                with suppress(ProcessLookupError):
                    os.killpg(terminal.process.pid, number)
            # Nobody is left to read the status: 120 is Python's own where its last words cannot be written.
            assert terminal.process.wait(BOUND) in (129, 120)


def test_to_quit_by_a_signal_restores_the_terminal(tmp_path: Path, sample: Path) -> None:
    with browser(tmp_path, sample) as terminal:
        terminal.until(FIRST)
        terminal.process.send_signal(signal.SIGQUIT)
        assert terminal.finish() == 131
        assert terminal.is_restored()


def test_a_signal_before_the_first_frame_restores_the_terminal(tmp_path: Path, sample: Path) -> None:
    with browser(tmp_path, sample) as terminal:
        terminal.until(lambda _: TAKEN in terminal.written)
        terminal.process.send_signal(signal.SIGHUP)
        assert terminal.finish() == 129
        assert terminal.is_restored()


def test_enter_typed_before_the_program_has_the_terminal_is_enter(tmp_path: Path, sample_copy: Path) -> None:
    with browser(tmp_path, sample_copy) as terminal:
        terminal.type("Rquarterly\r")
        terminal.until(lambda text: "Saved. z undoes it." in text and "quarterly" in text)
        assert terminal.finish("q") == 0


@pytest.mark.parametrize("command", ["sh -c 'echo $$ begun; exec sleep 300'", "sh -c 'echo $$ begun'"])
def test_a_signal_ends_it_and_the_program_it_runs(command: str, tmp_path: Path, sample: Path) -> None:
    with browser(tmp_path, sample) as terminal:
        terminal.until(FIRST)
        terminal.type(f"|{command}\r")
        terminal.until(lambda text: STARTED.search(text) is not None and ("sleep" in command or BACK in text))
        started = STARTED.search(terminal.text())
        assert started is not None
        child = int(started[1])
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.finish() == 143
        assert terminal.is_restored()
        assert not is_there(child)


def test_a_terminal_that_goes_while_an_editor_shows_a_message_leaves_nothing(tmp_path: Path, sample: Path) -> None:
    editor, began, folder = tmp_path / "editor", tmp_path / "began", tmp_path / "bin"
    editor.write_text(f"#!/bin/sh\necho $$ > {began}\nexec sleep 300\n", encoding="utf-8")
    editor.chmod(0o755)
    folder.mkdir()
    for name in ("sh", "sleep"):
        (folder / name).symlink_to(f"/usr/bin/{name}")
    arguments = ("--db", str(sample), "--user", "default")
    with Terminal(tmp_path, *arguments, PATH=str(folder), EDITOR=str(editor), TMPDIR=str(tmp_path)) as terminal:
        terminal.until(FIRST)
        terminal.type("v")
        terminal.until(lambda _: began.exists() and began.read_text().endswith("\n"))
        assert [*tmp_path.glob(".clawback-text-*")]
        terminal.close()
        for number in (signal.SIGHUP, signal.SIGCONT):
            with suppress(ProcessLookupError):
                os.killpg(terminal.process.pid, number)
        assert terminal.process.wait(BOUND) in (129, 120)
    assert not is_there(int(began.read_text()))
    assert not [*tmp_path.glob(".clawback-text-*")]


@pytest.mark.parametrize("undone", UNDONE)
def test_what_a_program_left_undone_on_the_terminal_is_mended(undone: str, tmp_path: Path, sample: Path) -> None:
    with browser(tmp_path, sample) as terminal:
        terminal.until(FIRST)
        terminal.type(f"|printf '{UNDONE[undone]}\\nthere'\r")
        # Letters that are lines, or that push each other along, would not be found.
        terminal.until(lambda text: f"[printf ended with status 0. {BACK}.]" in text)
        assert terminal.text().splitlines()[ROWS - 1].startswith("[printf ended")
        terminal.press("\r", FIRST)
        assert terminal.finish("q") == 0
        assert terminal.is_restored()
