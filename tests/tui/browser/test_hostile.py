"""Nothing that a database holds drives the terminal: every byte the program writes is one of a closed list.

Hostile texts lie in every place that is shown. The real program runs in a pseudo-terminal and is led past all of
them; what it wrote must be sequences that Textual itself uses, and characters that can be seen.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import shutil
import sqlite3
import unicodedata
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from store import open_store
from store.ironclaw0.sqlite.schema import ROUTINE_STATEMENTS
from tests.store.conftest import CAMPAIGN
from tests.tui.conftest import Browser, browse
from tests.tui.terminal import COLUMNS, ROWS, Terminal
from tui.modals.help import HelpScreen
from tui.modals.routines_screen import RoutinesScreen
from tui.modals.users import UsersScreen
from tui.model.listed_view import ListedView
from tui.text.visible import is_harmless
from tui.widgets.json_area import JsonArea

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.paints

PAYLOAD = "cm0gLXJmIH4="
CONTROLS = (
    "\x1b[2J\x1b[999;999Hclear",
    f"\x1b]52;c;{PAYLOAD}\x07clipboard",
    f"\x1b]52;c;{PAYLOAD}\x1b\\clipboard",
    "\x1b]0;renamed\x07\x1b]2;renamed\x1b\\",
    "\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x1bP+q544e\x1b\\device",
    "\x1b_Gi=1;AAAA\x1b\\\x1b^private\x1b\\\x1bXstart\x1b\\",
    "\x1b[?1049l\x1b[?25h\x1b[?1000l\x1bc",
    "\x1b[5;8;38;2;1;2;3mblinks\x1b(0\x1b#8",
    "\x9b2J\x9d0;eight bits\x9c\x90q\x9c\x84\x8d",
    "\x85next\u2028line\u2029breaks",
    "\x00\x05\x07\x08\x0b\x0c\x0e\x0f\x11\x13\x18\x1a\x1c\x1f\x7f",
    "bare\rreturn\r\nand\ttab\n\x1b\x1b\n\x1b",
    "\u202egnp.exe\u202c\u2066\u2067a\u2069\u200e\u200f\u061c",
    "|\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u3164|",
    "|\U000e0068\U000e0069\U000e007f\U000e0100|",
    "|\ud83d|\udc00|\udfff",
    "|\ufdd0\uffff\U0001ffff\U000f0000\ue000|",
    "Z" + "\u0301\u0489\u20dd" * 60 + "क" + "\u093f" * 60,
)
MARKUP = (
    "[/]",
    "[@click=app.quit]x[/]",
    "[b]x [red",
    "[link=file:///etc/passwd]here[/link] [@click=screen.app.exit]y",
    "[$error on $error]x[/$error] \\[/] [[/]]",
    "[/nope] [on #zzz]",
)
HOSTILE = (*CONTROLS, *MARKUP)
ESCAPE = "\x1b[27u"
"""The key as newer terminals write it; a lone ESC waits for what may follow."""
OWNER = "ada\x1b[2J\u202e[/]"
LAST = len(HOSTILE) - 1

SEQUENCES = re.compile(
    r"\r\n"
    r"|\x1b\[[0-9;]*m"
    r"|\x1b\[(?P<row>\d+);(?P<column>\d+)H"
    r"|\x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1016|1049|2004|2026|2048)[hl]"
    r"|\x1b\[\?(?:2026|2048)\$p"
    r"|\x1b\[>\d+u|\x1b\[<u"
    r"|\x1b\]22;[a-z-]+\x07"
    r"|\x1b\]52;c;(?P<copied>[A-Za-z0-9+/]*={0,2})\x07"
)
UNSEEN = set("\u115f\u1160\u3164\uffa0\u200c\u200d")


def as_text(text: str | bytes) -> bytes:
    """Return bytes to be stored as TEXT, lone surrogates and all."""
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text


def contents(number: int, text: str) -> list[tuple[str, str | bytes]]:
    """Return messages that put a hostile text everywhere where a message has a place for one."""
    call = {"name": text, "result": f"RESULT{number:02} {text}", "rationale": text, "call_id": text}
    calls = {"narrative": text, "calls": [call, {"name": "plain", "error": text, "result_preview": text}]}
    quoted = text.replace('"', "'")
    attachment = (
        f'<attachment type="{quoted}" filename="{quoted}" mime="{quoted}" size="{quoted}" duration="{quoted}">'
        f"{text}</attachment>"
    )
    return [
        ("user", f"{text}\n\n<attachments>\n{attachment}\n</attachments>"),
        ("tool_calls", json.dumps(calls)),
        ("tool_calls", f'{{"calls": [{{"name": "{text}'),
        (f"role {text}", b"raw \xff\xfe\x80\xc0\xaf\x1b[2J \xed\xa0\xbd " + as_text(text)),
        ("assistant", f"# {text}\n\n> {text}\n\n- *{text}*\n- `{text}`\n\n```{text}\n{text}\n```\n~~~\n{text}\n~~~"),
        ("assistant", f"| {text} | b |\n|---|---|\n| {text} | **{text}** |\n\n<b>{text}</b> &#27;[2J &#x202e; &#0;"),
        (
            "assistant",
            f"[{text}](http://a.example/{text}) ![{text}](http://a.example/{text}) <http://a.example/{text}>"
            f" http://a.example/{text}\n\nB{number:02}-end",
        ),
    ]


def write_hostile(path: Path) -> None:
    """Write the database: chats and routine threads of one user, and a chat of many others."""

    async def create() -> None:
        async with open_store(path, create=True):
            pass

    asyncio.run(create())
    with closing(sqlite3.connect(path)) as db:
        for statement in ROUTINE_STATEMENTS:
            db.execute(statement)
        # Older files lack these two, and may hold metadata that are no JSON.
        db.execute("DROP INDEX uq_conv_routine")
        db.execute("DROP INDEX uq_conv_heartbeat")

        def conversation(identity: str, channel: str, user: str, at: str, metadata: str | bytes) -> None:
            db.execute(
                "INSERT INTO conversations (id, channel, user_id, thread_id, last_activity, metadata) VALUES"
                " (CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), ?, CAST(? AS TEXT))",
                (*map(as_text, (identity, channel, user, identity)), at, as_text(metadata)),
            )

        def message(identity: str, conversation: str, role: str, content: str | bytes, at: str) -> None:
            db.execute(
                "INSERT INTO conversation_messages VALUES"
                " (CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT))",
                tuple(map(as_text, (identity, conversation, role, content, at))),
            )

        for number, text in enumerate(HOSTILE):
            day = f"2026-01-{28 - number:02}T12:00"
            identity = f"id{number:02} {text}"
            facts: dict[str, Any] = {"title": f"T{number:02} {text}", text: text, "thread_type": text, "x": {text: 1}}
            metadata: str | bytes = json.dumps(facts)
            conversation(identity, f"{text}{number}", OWNER, f"{day}:59.000Z", metadata)
            for place, (role, content) in enumerate(contents(number, text)):
                message(f"{place}{identity}", identity, role, content, f"{day}:{10 + place}.000Z")
            routine = f"routine {text}{number}"
            db.execute(
                "INSERT INTO routines (id, name, description, user_id, trigger_type, action_type,"
                " consecutive_failures) VALUES (CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), ?, 'cron', '', ?)",
                (*map(as_text, (routine, f"R{number:02} {text}", text)), OWNER, number % 2),
            )
            facts = {"thread_type": "routine", "routine_id": routine, "routine_name": f"R{number:02} {text}"}
            identity = f"thread {text}{number}"
            conversation(identity, "routine", OWNER, f"2025{day[4:]}:00.000Z", json.dumps(facts))
            message(f"m{identity}", identity, "assistant", f"{text}\n\nRB{number:02}-end", f"2025{day[4:]}:00.000Z")
            identity = f"other {text}{number}"
            # No title, and metadata that are no JSON: the first words of the user name it.
            conversation(identity, text, f"{text} U{number:02}", f"{day}:00.000Z", b'{"title": "\xff\x1b[2J')
            message(f"m{identity}", identity, "user", text, f"when? {text}")
        db.commit()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "history.db"
    write_hostile(path)
    return path


def give(path: Path, document: str) -> None:
    """Give the conversation at the top of the list a document."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE conversations SET metadata = ? WHERE id LIKE 'id00 %'", (document,))
        db.commit()


def many_fields(*, can_be_edited: bool) -> str:
    """Return a document with hostile texts for names and values, raw where JSON lets them be raw."""
    refused = re.compile("[\x00\ud800-\udfff]")
    texts = [text for text in HOSTILE if can_be_edited and not refused.search(text)] or list(HOSTILE)
    document = json.dumps({"title": "T00 edited", **{text: [text, {text: text}] for text in texts}, "x": "plain"})
    # Everything but what JSON itself forbids stands there unescaped.
    return re.sub(r"\\u(?!00[01]|d[89a-f])([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), document)


WHOLE = range(0, LAST + 1, 3 if CAMPAIGN == 1 else 1)
"""The conversations that are read from their start."""


def check_bytes(written: bytes) -> list[str]:
    """Fail on every byte that is not of the closed list; return the texts that were copied."""
    text = written.decode()
    copied = []
    for found in SEQUENCES.finditer(text):
        if found["row"]:
            assert 1 <= int(found["row"]) <= ROWS
            assert 1 <= int(found["column"]) <= COLUMNS
        if found["copied"] is not None:
            copied.append(base64.b64decode(found["copied"], validate=True).decode())
    # What is on the list but was asked for by a text: blinking, hiding, a colour that no theme has, an early leave.
    styles = ";".join(re.findall(r"\x1b\[([0-9;]*)m", text))
    assert "38;2;1;2;3" not in styles
    assert not {"5;8", "8;38"} & {";".join(pair) for pair in re.findall(r"(?<![\d;])(\d+);(\d+)", styles)}
    assert text.count("\x1b[?1049h") == text.count("\x1b[?1049l") == 1
    assert text.count("\x1b[?25l") >= 1
    assert set(text.partition("\x1b[?1049l")[2]) <= set("\x1b[?0123456789hl"), "something was said after leaving"
    rest = SEQUENCES.sub("", text)
    bad = {
        f"U+{ord(character):04X}"
        for character in set(rest)
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"} or character in UNSEEN
    }
    assert not bad, [rest[max(0, at - 20) : at + 20] for at in (rest.find(chr(int(one[2:], 16))) for one in bad)]
    return copied


def test_no_stored_text_reaches_the_terminal_as_more_than_characters(hostile: Path, tmp_path: Path) -> None:
    path = tmp_path / "file \x1b[2J\u202e[@click=app.quit][b]\x7f.db"
    shutil.copy(hostile, path)
    with Terminal(tmp_path, "--db", str(path), "--user", OWNER) as terminal:
        press = terminal.press
        terminal.until("T00")
        terminal.until("B00-end")
        press("G", "runs 1–1 of 1")
        press("\t", "difference")
        press("D", "no run before this one")
        press(ESCAPE, lambda text: "no run before this one" not in text)
        press("L", f"RB{LAST - LAST % 2 - 1 + 2 * (LAST % 2):02}-end")
        press("L", "runs 1–1 of 1")
        press("h", lambda text: "difference" not in text)
        press("g", "B00-end")
        press("y", "Copied the title")
        press("Y", "Copied the id")
        for number in range(LAST + 1):
            if number in WHOLE:  # from its start, the tool calls open
                press("\tg", "start of conversation")
                if not number:
                    press("T", "28 Jan 2026 12:00:10")
                    press("t", "▾ 2 tools")
                if number % 6 == 0:
                    press("G", f"B{number:02}-end")
                    press("\r", "lines folded")
                press("yY", "Copied the ids")
                press("h", lambda text: "open/fold" not in text)
            # Its end is what the list shows of a conversation.
            if number < LAST:
                press("j", f"B{number + 1:02}-end")
        press("]", "all 25")
        for _ in HOSTILE:
            press("]", "all 1 ")
        press(ESCAPE, lambda text: "Copied" not in text)
        press(ESCAPE, "folded: a")
        press("?", "esc closes")
        press(ESCAPE, lambda text: "esc closes" not in text)
        press("\x10", "Search for commands")
        press("[/] [b", lambda text: "[/] [b" in text)
        press(ESCAPE, lambda text: "[/] [b" not in text)
        press("a", "with machine threads")
        press("a", "machine threads only")
        press("r", "type to filter")
        press("R00", lambda text: "R01" not in text)
        press("\r", "difference")
        press("i", "what for")
        press(ESCAPE, lambda text: "what for" not in text)
        terminal.until("difference")
        press("h", lambda text: "difference" not in text)
        press("U", "Whose conversations?")
        press("\x1b[F", "U")
        press("\r", "No conversation here")
        press(ESCAPE, "all 1 ")
        # The table goes: every complaint names the file.
        with closing(sqlite3.connect(path)) as db:
            db.execute("ALTER TABLE conversations RENAME TO gone")
        named = terminal.text().count("[@click=app.quit]")
        press("\x12", "Could not read the conversations")
        press("r", lambda text: text.count("[@click=app.quit]") > named)
        press("U", lambda text: text.count("[@click=app.quit]") > named)
        # A key that comes before the complaint is for the list of users.
        terminal.settle()
        assert terminal.finish("q") == 0, terminal.text()
    copied = check_bytes(terminal.written)
    assert len(copied) == 2 + 2 * len(WHOLE)
    assert all(is_harmless(text) for text in copied)
    assert not any(base64.b64decode(PAYLOAD).decode() == text for text in copied)


def check_screen(browser: Browser) -> None:
    """Fail if a style carries an action or a link, or a character of the screen is not harmless."""
    for strip in browser.app.screen._compositor.render_strips():
        for segment in strip:
            style = segment.style
            if style is not None:
                assert "@click" not in style.meta
                assert style.link is None
    assert is_harmless(browser.text())


@pytest.mark.parametrize("size", [(140, 40), (60, 20)], ids=["wide", "narrow"])
async def test_no_markup_is_obeyed(hostile: Path, size: tuple[int, int]) -> None:
    async with browse(hostile, size=size, user=OWNER) as browser:
        screen = browser.screen
        await browser.press("t")
        for number in range(len(CONTROLS), len(HOSTILE), 1 if size[0] > 100 or CAMPAIGN > 1 else 3):
            screen.list_pane.conversations._select(number)
            await browser.press("enter")
            conversation = screen.reading.transcript.conversation
            assert conversation is not None
            assert conversation.title.startswith(f"T{number}")
            check_screen(browser)
            await browser.press("g")
            check_screen(browser)
            await browser.press("h")
        await browser.press("U")
        assert isinstance(browser.app.screen, UsersScreen)
        shown = [row.cells[1] for row in browser.app.screen.table.rows]
        assert all(any(f"{text} U" in name for name in shown) for text in MARKUP)
        check_screen(browser)
        await browser.press("escape", "r")
        assert isinstance(browser.app.screen, RoutinesScreen)
        check_screen(browser)
        await browser.press("escape", "question_mark")
        assert isinstance(browser.app.screen, HelpScreen)
        check_screen(browser)


def test_no_metadata_reach_the_terminal_as_more_than_characters(hostile: Path, tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    shutil.copy(hostile, path)
    give(path, many_fields(can_be_edited=True))
    paste = "\x1b[200~{}\x1b[201~"
    with Terminal(tmp_path, "--db", str(path), "--user", OWNER) as terminal:
        press = terminal.press
        terminal.until("T00 edited")
        press("e", "No changes yet")
        press("G", "▌x")
        press("\r", "Change field")
        press(paste.format("pasted " + "".join((*CONTROLS[:10], *CONTROLS[13:16], *MARKUP))), "[[/]][/nope]")
        press("\r", "1 change, not saved")
        press("\t", "▪JSON")
        press("\x1b[6~\x1b[6~\x1b[6~", "}")
        press(paste.format("[" + HOSTILE[0]), "✗ Row")
        press("\x1b[27u", "Unsaved changes")
        press("n", lambda text: "Unsaved" not in text)
        terminal.settle()
        press("\x1a", "1 change, not saved")
        press("\x0f", "Save 1 change?")
        press("\r", "Saved. z undoes it")
        press("R", "Rename")
        press(paste.format(HOSTILE[0] + HOSTILE[13]), "gnp.exe")
        press("\r", lambda text: "Rename" not in text)
        press("Z", "Past edits")
        press("j", "pasted")
        press(ESCAPE, lambda text: "Past edits" not in text)
        press("z", "Undone in")
        give(path, many_fields(can_be_edited=False))
        press("e", "✗")
        press(ESCAPE, "read")
        terminal.settle()
        assert terminal.finish("q") == 0, terminal.text()
    assert check_bytes(terminal.written) == []


async def test_hostile_metadata_are_shown_and_kept(hostile: Path, tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    shutil.copy(hostile, path)
    document = many_fields(can_be_edited=True)
    give(path, document)
    async with browse(path, user=OWNER) as browser:
        await browser.press("e")
        check_screen(browser)
        await browser.press("tab")
        check_screen(browser)
        shown = browser.app.screen.query_one(JsonArea).text
        assert is_harmless(shown)
        assert json.loads(shown) == json.loads(document)
        await browser.press("tab")
        assert "No changes yet" in browser.text(), "looking at it changes nothing"
        for _ in range(3):
            await browser.press("j", "enter")
            check_screen(browser)
            await browser.press("escape", "minus")
        await browser.press("s")
        check_screen(browser)


async def test_users_with_hostile_names(hostile: Path) -> None:
    async with browse(hostile, user=OWNER) as browser:
        users = await browser.store.list_users()
        assert len(users) == len(HOSTILE) + 1
        for user in users[:: 3 if CAMPAIGN == 1 else 1]:
            browser.screen.list_view(ListedView(user.id))
            await browser.settled()
            assert browser.conversations.highlighted is not None, ascii(user.id)
            check_screen(browser)
        await browser.press("Y", "tab", "y", "right_square_bracket", "a")
        check_screen(browser)


def test_no_message_looked_at_closely_reaches_the_terminal_as_more_than_characters(
    hostile: Path, tmp_path: Path
) -> None:
    step = 8 if CAMPAIGN == 1 else 1
    texts = range(0, LAST + 1, step)
    with Terminal(tmp_path, "--db", str(hostile), "--user", OWNER) as terminal:
        press = terminal.press
        terminal.until("B00-end")
        press("\t", "open/fold")
        for number in texts:
            press("G", f"B{number:02}-end")
            press("o", "esc closes")
            press("y", "Copied the address")
            press(ESCAPE, lambda text: "esc closes" not in text)
            for _ in range(3):
                press("s", "As stored")
                press(ESCAPE, lambda text: "As stored" not in text)
                press("K", lambda _text: True)
            press("|", "Pipe the message to")
            press(ESCAPE, lambda text: "Pipe the message to" not in text)
            press("h", lambda text: "open/fold" not in text)
            if number + step <= LAST:
                press("j" * step, f"B{number + step:02}-end")
                press("\t", "open/fold")
        assert terminal.finish("q") == 0, terminal.text()
    copied = check_bytes(terminal.written)
    assert len(copied) == len(texts)
    assert all(is_harmless(text) for text in copied)
