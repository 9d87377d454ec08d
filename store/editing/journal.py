"""A private journal of edits, in a file of its owner's beside nobody's database.

Each line is a JSON object: an edit about to be made, or the word that one was made, or was not. The first is on the
disk before the edit is; what happened to an edit without a word is for ``editing`` to find out. A line that a crash
tore is passed over. Several processes may write; a lock on the file keeps their lines apart. Calls block for
milliseconds: from asynchronous code, make them on a thread.
"""

from __future__ import annotations

import json
import os
import stat
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.domain.metadata_json import changes
from store.domain.strict_json import DocumentError
from store.errors import JournalFailed
from store.files.folders import make_private_folder
from store.files.locks import lock_until

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_EDITS = 1000
"""A journal that outgrew its bounds keeps so many of the newest edits."""
_MOST_BYTES = 16 * 2**20
_SLACK = 200
_PATIENCE_S = 2.0
_OPEN = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one conversation's metadata, made or about to be made."""

    id: str
    at: datetime
    database: str
    """The path of the file."""
    conversation_id: str
    user_id: str
    before: str
    """The whole document as it was, in JSON."""
    after: str
    """The whole document as it was to be."""
    undoes: str | None = None
    """The id of the edit that this one takes back."""
    is_confirmed: bool = False
    """Known to have been made; otherwise a crash came between."""

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the names of the fields that it changed; none where the journal was tampered with."""
        with suppress(DocumentError):
            return tuple(change.name for change in changes(self.before, self.after))
        return ()


class Journal:
    """The edits that clawback made, newest first.

    Args:
        path: The file; it and its folder are made by the first edit, for their owner alone.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, edit: Edit) -> None:
        """Keep, through a crash too, an edit that is about to be made.

        Raises:
            JournalFailed: it could not be written; the edit must not be made.
        """
        self._append(_line(edit), is_intent=True)

    def confirm(self, edit_id: str) -> None:
        """Note that an edit was made.

        Raises:
            JournalFailed: it could not be written.
        """
        self._append(_word("confirmed", edit_id))

    def withdraw(self, edit_id: str) -> None:
        """Note that an edit was not made; the journal then forgets it, unless it is confirmed after all.

        Raises:
            JournalFailed: it could not be written.
        """
        self._append(_word("withdrawn", edit_id))

    def edits(self, database: str | None = None) -> list[Edit]:
        """Return the edits, of one database only if it is given, newest first.

        Raises:
            JournalFailed: the file is there but cannot be read.
        """
        try:
            found = _told(self._read())
        except OSError as error:
            raise self._failed("read", error) from None
        return [edit for edit in reversed(found) if database is None or edit.database == database]

    def _append(self, line: bytes, *, is_intent: bool = False) -> None:
        try:
            with self._locked() as file:
                size = os.fstat(file).st_size
                is_torn = size > 0 and os.pread(file, 1, size - 1) != b"\n"
                try:
                    _write(file, b"\n" * is_torn + line)
                except OSError:
                    os.ftruncate(file, size)
                    raise
                # A word that a crash swallows can be found out again; an intent cannot.
                if is_intent:
                    os.fsync(file)
                    # The edit is kept already; a journal that is too long does no harm.
                    with suppress(OSError):
                        self._trim(size + len(line))
        except OSError as error:
            raise self._failed("written", error) from None

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """Open the file, made if it is not there, for this process alone."""
        give_up = time.monotonic() + _PATIENCE_S
        while True:
            file = self._open()
            try:
                if self._lock(file, give_up):
                    yield file
                    return
            finally:
                os.close(file)

    def _lock(self, file: int, give_up: float) -> bool:
        """Lock an open file; ``False`` if another process has put a shorter one in its place meanwhile."""
        lock_until(file, give_up)
        with suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(file), os.lstat(self.path))
        return False

    def _open(self) -> int:
        flags = _OPEN | os.O_RDWR | os.O_APPEND
        with suppress(FileNotFoundError):
            return self._private(os.open(self.path, flags))
        make_private_folder(self.path.parent)
        with suppress(FileExistsError):
            made = os.open(self.path, flags | os.O_CREAT | os.O_EXCL, 0o600)
            self._keep_name()
            return made
        return self._private(os.open(self.path, flags))

    def _private(self, file: int) -> int:
        """Return an open file that is a regular one and, from now on, its owner's alone."""
        try:
            mode = os.fstat(file).st_mode
            if not stat.S_ISREG(mode):
                raise OSError(0, "it is not a regular file")
            if mode & 0o077:
                os.fchmod(file, 0o600)
        except BaseException:
            os.close(file)
            raise
        return file

    def _read(self) -> list[bytes]:
        try:
            file = self._private(os.open(self.path, _OPEN | os.O_RDONLY))
        except FileNotFoundError:
            return []
        with os.fdopen(file, "rb") as stream:
            return stream.read().split(b"\n")

    def _trim(self, size: int) -> None:
        """Keep only the newest edits of a file that has grown too long; called under the lock."""
        lines = self._read()
        if len(lines) <= 2 * MOST_EDITS + _SLACK and size <= _MOST_BYTES:
            return
        kept: list[bytes] = []
        room = _MOST_BYTES // 2
        for edit in reversed(_told(lines)[-MOST_EDITS:]):
            line = _line(edit)
            room -= len(line)
            if kept and room < 0:
                break
            kept.append(line)
        # mkstemp makes the file 0600.
        handle, beside = tempfile.mkstemp(dir=self.path.parent, prefix=".journal-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.writelines(reversed(kept))
                stream.flush()
                os.fsync(handle)
            Path(beside).replace(self.path)
        except BaseException:
            Path(beside).unlink()
            raise
        self._keep_name()

    def _keep_name(self) -> None:
        """Bring the folder's entry for the file to the disk."""
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _failed(self, what: str, error: OSError) -> JournalFailed:
        file = os.fsencode(self.path).decode("utf-8", "replace")
        return JournalFailed(f"The journal of edits, {file}, cannot be {what} ({error.strerror}); see to it first.")


def _write(file: int, data: bytes) -> None:
    while data:
        data = data[os.write(file, data) :]


def _word(what: str, edit_id: str) -> bytes:
    return json.dumps({what: edit_id}).encode() + b"\n"


def _told(lines: Iterable[bytes]) -> list[Edit]:
    """Return the edits that lines tell of, in their order; what was confirmed counts, whoever withdrew it.

    Whoever makes an edit knows that it was made; another process that withdraws it has looked too early.
    """
    edits: dict[str, Edit] = {}
    withdrawn: set[str] = set()
    for line in lines:
        try:
            match json.loads(line):
                case {"confirmed": str(edit_id)} if edit_id in edits:
                    edits[edit_id] = replace(edits[edit_id], is_confirmed=True)
                case {"withdrawn": str(edit_id)}:
                    withdrawn.add(edit_id)
                case {"id": str(edit_id)} as record:
                    edits[edit_id] = _edit(record)
        except (ValueError, TypeError, KeyError, RecursionError):
            # A torn line, or one of a future version.
            continue
    return [edit for edit_id, edit in edits.items() if edit.is_confirmed or edit_id not in withdrawn]


def _line(edit: Edit) -> bytes:
    return json.dumps({**asdict(edit), "at": edit.at.isoformat()}).encode() + b"\n"


def _edit(record: dict[str, Any]) -> Edit:
    edit = Edit(**{**record, "at": datetime.fromisoformat(record["at"])})
    texts = (edit.database, edit.conversation_id, edit.user_id, edit.before, edit.after)
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a text is missing")
    return edit
