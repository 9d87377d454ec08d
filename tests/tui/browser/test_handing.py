"""Texts are handed to other programs on a real terminal, which comes back however they end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from store.core.ordered_timeline import OrderedTimeline
from tests.tui.browser.test_terminal import FIRST, is_left
from tests.tui.conftest import browse
from tests.tui.modals.test_raw import store_content
from tests.tui.program import ROOT
from tests.tui.terminal import Terminal
from tests.tui.waiting import BOUND
from tui.browser.pipe_and_page import Pager, find_pager
from tui.modals.command_line import CommandScreen
from tui.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT = "first line\n\x1b]0;renamed\x07 \u202eend\ttab"
SCRIPT = """#!/bin/sh
cat > "$0.got"
ls -ld /proc/self/fd/0 > /dev/null
echo the program ran
{end}
"""


def program(folder: Path, end: str = "exit 0") -> Path:
    """Write a program that keeps what it reads."""
    path = folder / "a program"
    path.write_text(SCRIPT.format(end=end), encoding="utf-8")
    path.chmod(0o755)
    return path


def got(path: Path) -> str:
    return Path(f"{path}.got").read_text(encoding="utf-8")


def reading(folder: Path, path: Path, **more: Any) -> Terminal:
    """Return the browser, about to show a conversation whose last message is ours."""
    return Terminal(folder, "--db", str(path), "--user", "default", **more)


def open_end(terminal: Terminal) -> None:
    terminal.until("— no reply stored")
    terminal.press("\t", "open/fold")


def test_a_message_is_piped_exactly_and_the_end_is_told(sample_copy: Path, tmp_path: Path) -> None:
    store_content(sample_copy, TEXT, "2027-01-01T00:00:00.000Z")
    path = program(tmp_path, "exit 3")
    with reading(tmp_path, sample_copy) as terminal:
        open_end(terminal)
        terminal.press("|", "Pipe the message to")
        terminal.press(f"'{path}' 'one word'\r", "Press enter to go back")
        assert "the program ran" in terminal.text()
        terminal.press("\r", lambda text: "Press enter" not in text and "a program ended with status 3." in text)
        assert got(path) == TEXT
        terminal.press("|", "enter runs it")
        terminal.press("\x1b[27u", lambda text: "enter runs it" not in text)
        assert terminal.finish("q") == 0
        assert is_left(terminal.written)
        assert terminal.is_restored()
    kept = json.loads((tmp_path / "state" / "clawback" / "state.json").read_text(encoding="utf-8"))
    assert kept["pipe"] == f"'{path}' 'one word'"


def test_a_command_with_a_secret_is_run_and_not_kept(sample_copy: Path, tmp_path: Path) -> None:
    store_content(sample_copy, TEXT, "2027-01-01T00:00:00.000Z")
    path = program(tmp_path)
    with reading(tmp_path, sample_copy) as terminal:
        open_end(terminal)
        for argument in ("bob@example.org", "--token=" + "aB3d" * 8):
            terminal.press("|", "enter runs it")
            terminal.press(f"\x15'{path}' {argument}\r", "Press enter to go back")
            terminal.press("\r", lambda text: "Press enter" not in text and "ended with status 0." in text)
        assert terminal.finish("q") == 0
    kept = json.loads((tmp_path / "state" / "clawback" / "state.json").read_text(encoding="utf-8"))
    assert kept["pipe"] == f"'{path}' bob@example.org"


def test_a_whole_conversation_is_piped_in_order(sample: Path, tmp_path: Path) -> None:
    path = program(tmp_path)
    with closing(sqlite3.connect(f"file:{sample}?mode=ro", uri=True)) as db:
        (longest,) = db.execute(
            "SELECT id FROM conversations WHERE channel = 'signal' ORDER BY (SELECT count(*) FROM"
            " conversation_messages WHERE conversation_id = conversations.id) DESC"
        ).fetchone()
        contents = [
            row[0]
            for row in db.execute(
                "SELECT content FROM conversation_messages WHERE conversation_id = ? ORDER BY created_at, rowid",
                (longest,),
            )
        ]
    with reading(tmp_path, sample) as terminal:
        terminal.until("Day to day")
        terminal.press("j", "Day to day · signal")
        terminal.press("|", "Pipe the conversation to")
        terminal.press(f"'{path}'\r", "Press enter to go back")
        terminal.press("\r", lambda text: "Press enter" not in text and "a program ended with status 0." in text)
        assert terminal.finish("q") == 0
    text, at = got(path), 0
    for content in contents:
        at = text.index(content, at) + len(content)
    assert text.count("── ") >= len(contents)


def test_a_pager_gets_harmless_text_and_the_terminal_and_gives_it_back(sample_copy: Path, tmp_path: Path) -> None:
    store_content(sample_copy, TEXT, "2027-01-01T00:00:00.000Z")
    path = program(tmp_path, "read answer < /dev/tty; stty -echo raw < /dev/tty")
    with reading(tmp_path, sample_copy, PAGER=f"'{path}'") as terminal:
        open_end(terminal)
        terminal.press("v", "the program ran")
        os.write(terminal._master, b"\x03")  # ctrl+c ends the pager alone
        terminal.until("Press enter to go back")
        terminal.press("\r", "first line")
        terminal.press("?", "esc closes")
        assert got(path) == visible(TEXT)
        assert terminal.finish("\x1b[27uq") == 0
        assert is_left(terminal.written)
        assert terminal.is_restored()


def test_a_pager_gets_a_whole_conversation_laid_out(sample: Path, tmp_path: Path) -> None:
    path = program(tmp_path)
    with reading(tmp_path, sample, PAGER=f"'{path}'") as terminal:
        terminal.until("Day to day")
        terminal.press("v", "Press enter to go back")
        terminal.press("\r", lambda text: "Press enter" not in text)
        assert terminal.finish("q") == 0
    text = got(path)
    assert "── you · " in text
    assert "3 tools: web_search ✓" in text
    assert '"calls"' not in text


@pytest.mark.parametrize(
    ("pager", "said"),
    [
        ("/nowhere/pager -x", "There is no program pager; check its name."),
        ("/etc/passwd", "passwd could not be started: Permission denied."),
        ("sh -c 'stty raw -echo < /dev/tty; kill -9 $$'", "sh was ended by SIGKILL."),
    ],
)
def test_a_pager_that_fails_is_told_and_the_browser_goes_on(
    pager: str, said: str, sample: Path, tmp_path: Path
) -> None:
    with reading(tmp_path, sample, PAGER=pager) as terminal:
        terminal.until(FIRST)
        if "kill" in pager:
            terminal.press("v", "Press enter to go back")
            terminal.press("\r", FIRST)
        else:
            terminal.press("v", said)
        terminal.until(said)
        assert terminal.finish("q") == 0
        assert is_left(terminal.written)
        assert terminal.is_restored()


KILLED = """
import os, sys
from pathlib import Path
from store.files.drafts import draft_folder
with draft_folder(Path(sys.argv[1]), "text") as folder:
    (folder / "text.md").write_text("left behind")
    os.kill(os.getpid(), 9)
"""


def test_an_editor_gets_a_private_file_that_is_gone_afterwards(sample_copy: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT, check=False)
    assert len([*tmp_path.glob(".clawback-text-*")]) == 1
    store_content(sample_copy, TEXT, "2027-01-01T00:00:00.000Z")
    path = tmp_path / "editor"
    path.write_text(
        '#!/bin/sh\nstat -c "%a %n" "$1" "$(dirname "$1")" > "$0.got"\ncat "$1" >> "$0.got"\n', encoding="utf-8"
    )
    path.chmod(0o755)
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("stat", "dirname", "cat", "sh"):
        (folder / name).symlink_to(f"/usr/bin/{name}")
    with reading(tmp_path, sample_copy, PATH=str(folder), EDITOR=str(path), TMPDIR=str(tmp_path)) as terminal:
        open_end(terminal)
        os.write(terminal._master, b"v")
        wait_for(Path(f"{path}.got"), "tab")
        assert terminal.finish("q") == 0
    file, parent, *text = got(path).splitlines()
    assert file.startswith("400 ")
    assert parent.startswith("700 ")
    assert text == visible(TEXT).splitlines()
    assert not Path(file.split(" ", 1)[1]).exists()
    assert not Path(parent.split(" ", 1)[1]).exists()
    assert not [*tmp_path.glob(".clawback-text-*")], "nor is what a killed one had left"


def wait_for(path: Path, text: str) -> None:
    end = time.monotonic() + BOUND
    while not (path.exists() and text in path.read_text(encoding="utf-8")):
        assert time.monotonic() < end, f"{path} never held {text}"
        os.sched_yield()


def test_a_signal_that_comes_while_a_program_has_the_terminal_is_obeyed_after_it(
    sample: Path, tmp_path: Path
) -> None:
    path = program(tmp_path, "read answer < /dev/tty")
    with reading(tmp_path, sample, PAGER=f"'{path}'") as terminal:
        terminal.until(FIRST)
        terminal.press("v", "the program ran")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.finish("\r\r") == 143
        assert is_left(terminal.written)
        assert terminal.is_restored()


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({"PAGER": "less -R -S"}, Pager(["less", "-R", "-S"])),
        ({"PAGER": " ", "EDITOR": "vi"}, Pager(["vi"], takes_file=True)),
        ({"VISUAL": "code -w", "EDITOR": "vi"}, Pager(["code", "-w"], takes_file=True)),
        ({}, None),
    ],
)
def test_the_pager_is_the_one_that_was_chosen(
    environment: Mapping[str, str], found: Pager | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert find_pager(environment) == found


async def test_what_cannot_be_done_is_said_in_a_sentence(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGER", "less '")
    async with browse(sample) as browser:
        await browser.press("v")
        assert browser.said[-1] == "PAGER or EDITOR is no command that can be read; look at its quotes."
        await browser.press("vertical_line", *"wc '", "enter")
        assert isinstance(browser.app.screen, CommandScreen)
        assert "A quote is open" in browser.text()
        await browser.press("apostrophe", "enter")
        assert browser.said[-1] == "Programs can be started only from a terminal."


async def test_escape_stops_the_reading_of_a_long_conversation(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()

    async def wait(*_: object) -> None:
        asked.set()
        await asyncio.Event().wait()

    async with browse(sample) as browser:
        monkeypatch.setattr(OrderedTimeline, "slice", wait)
        await browser.press("vertical_line", *f"touch {tmp_path.name}")
        await browser.press_only("enter")
        await asyncio.wait_for(asked.wait(), BOUND)
        await browser.press_only("escape")
        await browser.until(lambda: any("nothing was handed over" in each for each in browser.said))
    assert not Path(tmp_path.name).exists()
