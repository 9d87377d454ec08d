"""Hands a message, a selection or a conversation to another program: piped as stored, or to a pager, made harmless.

Texts go by way of a file without a name, page by page, so that a conversation of any length takes little memory and
nothing is left behind.
"""

from __future__ import annotations

import os
import shlex
import shutil
from contextlib import contextmanager
from enum import Enum
from functools import partial
from math import inf
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from typing import IO, TYPE_CHECKING, NamedTuple

from store.contract.stored_rows import StoredMessage
from store.files.drafts import draft_folder
from tui.browser.external_program import run
from tui.browser.host import FOR_PROGRAM, NO_CONVERSATION
from tui.text import times
from tui.text.visible import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from store.records import Conversation, Message
    from tui.browser.host import Browser, Host
    from tui.browser.reading_pane import ReadingPane
    from tui.browser.session import Session

PAGE = 100
"""Messages read at a time."""
BRIEF_S = 1.0
"""A pager that ends sooner, in seconds, printed and left: its reader is asked for enter."""
WAIT_S = 1.0
"""How long, in seconds, a text may take to be read before that is told."""
LAST = "pipe"
"""Name of the last command in the state."""


class Pager(NamedTuple):
    """A program to read with."""

    command: list[str]
    takes_file: bool = False
    """Whether it is given a file's name instead of the text."""


class Form(Enum):
    """How texts are handed over."""

    EXACT = "exact"
    """As stored, for programs."""
    READABLE = "readable"
    """Made harmless and laid out, for a person at a terminal."""

    def text(self, stored: str) -> str:
        """Return a stored text in this form."""
        return stored if self is Form.EXACT else visible(stored)


class Source(NamedTuple):
    """Something that is handed over."""

    what: str
    write: Callable[[IO[bytes], Form], Awaitable[None]]
    """Writes it to a file in a form."""


class PipeAndPage:
    """What keys act on, as other programs get it.

    Args:
        session: What the browser works with; its state keeps the last command.
        host: Runs, says and asks.
        browser: Shows something else.
        reading: The pane that has the message and the selection.
    """

    def __init__(self, session: Session, host: Host, browser: Browser, reading: ReadingPane) -> None:
        self._session = session
        self._store = session.store
        self._host = host
        self._browser = browser
        self._reading = reading

    def ask_command(self) -> None:
        """Ask for a command, and pipe what is current to it."""
        from tui.modals.command_line import CommandScreen

        source = self._current(with_selection=True)
        if source is not None:
            sheet = CommandScreen(source.what, self._session.state.get(LAST) or "")
            self._host.ask(sheet, partial(self._take_command, source))

    def page(self) -> None:
        """Open the message, or in the list the conversation, in a pager."""
        source = self._current(with_selection=False)
        try:
            pager = find_pager(os.environ)
        except ValueError:
            self._host.say("PAGER or EDITOR is no command that can be read; look at its quotes.")
            return
        if pager is None:
            self._host.say("There is no pager here; set PAGER or EDITOR.")
        elif source is not None:
            self._host.run(partial(self._open_pager, source, pager), group=FOR_PROGRAM, exclusive=True)

    def _take_command(self, source: Source, typed: str | None) -> None:
        if typed is not None:
            if not _has_secret(typed):
                self._session.state.set(LAST, typed)
            self._host.run(partial(self._pipe, source, shlex.split(typed)), group=FOR_PROGRAM, exclusive=True)

    async def _pipe(self, source: Source, command: list[str]) -> None:
        with TemporaryFile() as file:
            await self._write(source, file, Form.EXACT)
            file.seek(0)
            said = run(self._host.app, command, stdin=file, asks_below_s=inf)
        self._host.say(said or f"{one_line(Path(command[0]).name)} ended with status 0.")

    async def _open_pager(self, source: Source, pager: Pager) -> None:
        if pager.takes_file:
            with _private_file() as path:
                with path.open("wb") as named:
                    await self._write(source, named, Form.READABLE)
                path.chmod(0o400)
                said = run(self._host.app, [*pager.command, str(path)])
        else:
            with TemporaryFile() as file:
                await self._write(source, file, Form.READABLE)
                file.seek(0)
                said = run(self._host.app, pager.command, stdin=file, asks_below_s=BRIEF_S)
        if said is not None:
            self._host.say(said)

    async def _write(self, source: Source, file: IO[bytes], form: Form) -> None:
        """Write what is handed over, and say so if that takes a while."""
        notice = self._host.later(WAIT_S, lambda: self._host.say(f"Reading all of {source.what}; esc stops."))
        try:
            await source.write(file, form)
        finally:
            notice.stop()

    def _current(self, *, with_selection: bool) -> Source | None:
        """Return what keys act on: what is selected, the message, or in list and ledger the conversation."""
        if self._reading.screen.focused is self._reading.transcript:
            if with_selection and self._reading.transcript.text_selection is not None:
                return Source("the selection", self._write_selection)
            message = self._reading.transcript.current_message
            if message is None:
                self._host.explain("There is no message here.")
                return None
            return Source("the message", partial(self._write_message, message))
        conversation = self._browser.current
        if conversation is None:
            self._host.explain(NO_CONVERSATION)
            return None
        return Source("the conversation", partial(self._write_conversation, conversation))

    async def _write_selection(self, file: IO[bytes], form: Form) -> None:
        selected = await self._reading.loader.selected()
        if selected is not None:
            file.write(_bytes(form.text(selected.text)))
            if selected.taken < selected.selected:
                of = f"{selected.taken:,} of the {selected.selected:,} selected messages"
                self._host.say(f"Only the first {of} are handed over.")

    async def _write_message(self, message: Message, file: IO[bytes], form: Form) -> None:
        whole = message if message.is_whole else await self._store.read_message(message)
        file.write(_bytes(form.text(whole.content)))

    async def _write_conversation(self, conversation: Conversation, file: IO[bytes], form: Form) -> None:
        from tui.export.export_format import Facts
        from tui.export.text_writer import TextWriter

        session, user = self._session, conversation.user_id
        readable = TextWriter(Facts(session.now(), session.tz, user, ""))
        timeline = await self._store.timeline(conversation.id, user)
        position = 0
        while (part := await timeline.slice(position, position + PAGE)).messages:
            for message in part.messages:
                whole = message if message.is_whole else await self._store.read_message(message)
                if form is Form.READABLE:
                    row = StoredMessage.of(None, {}, whole)
                    file.write(_bytes("".join(readable.message(row))))
                else:
                    head = f"── {one_line(whole.role)} · {times.full(whole.created_at, session.tz)}\n"
                    file.write(_bytes(f"{head}{whole.content}\n\n"))
            position = part.stop


def find_pager(environment: Mapping[str, str]) -> Pager | None:
    """Return the program to read with: ``PAGER``, less, ``EDITOR``, or more; ``None`` if there is none.

    Raises:
        ValueError: a variable cannot be split into words.
    """
    if command := shlex.split(environment.get("PAGER", "")):
        return Pager(command)
    if shutil.which("less"):
        return Pager(["less"])
    if command := shlex.split(environment.get("VISUAL") or environment.get("EDITOR", "")):
        return Pager(command, takes_file=True)
    return Pager(["more"]) if shutil.which("more") else None


def _has_secret(command: str) -> bool:
    """Tell whether a command has what looks like a secret, which no file is to keep; addresses of people are none."""
    from tui.export.secrets import Secret, finds

    return any(find.kind not in (Secret.EMAIL, Secret.PHONE) for find in finds(command))


@contextmanager
def _private_file() -> Iterator[Path]:
    """Return a file that only its owner may enter, in a folder of its own; both are gone afterwards.

    What a process left there that was killed goes first.
    """
    with draft_folder(Path(gettempdir()), "text") as folder:
        path = folder / "text.md"
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield path


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
