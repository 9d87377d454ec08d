"""The full-text index of a database: look at it, build it, keep it up to date, take it away.

Nobody has to have one: a search without it reads every message and gives the same hits. It is a private file in a
folder that the caller names. A search uses it when it is complete and fits.
"""

from __future__ import annotations

import asyncio
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from store.contract.indexes import TextIndexFacts
from store.core.uninterrupted import to_completion
from store.domain.search_results import Way
from store.errors import IndexFailed
from store.files.paths import identify, shown
from store.ironclaw0.sqlite import text_index_build
from store.ironclaw0.sqlite.connections import database_file
from store.ironclaw0.sqlite.row_handles import FIRST_ROW
from store.ironclaw0.sqlite.text_index_file import IndexFile, path_in

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from store.domain.query import Query
    from store.ironclaw0.sqlite.schema import Database
    from store.ironclaw0.sqlite.text_index_check import IndexCheck

KEPT_ROWS = 200
"""Messages added by one step beside a running browser."""
_FOUND_SOUND: dict[Path, list[tuple[int, int, int]]] = {}
"""What the files of indexes were like when they were checked: node, size, time of the last change."""


class Answer(NamedTuple):
    """How an open index narrows a search."""

    file: IndexFile
    expression: str
    high: int
    """The last row that it holds; later ones are read one by one."""
    messages: int
    """How many it holds."""


class SqliteTextIndex:
    """Implements ``store.contract.indexes.TextIndex``.

    Args:
        database: The database file.
        folder: Where indexes lie.
    """

    def __init__(self, database: Path, folder: Path) -> None:
        self.path = path_in(folder, database)
        self._database = database
        self._file = database_file(database)

    async def __aenter__(self) -> Self:
        await self._file.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._file.close()

    async def facts(self) -> TextIndexFacts:
        """Return what there is to know."""
        return await self._file.reader.run(_facts, self.path)

    async def build(self, report: Callable[[int, int], bool]) -> bool:
        """Check what the index holds and add what it lacks; return whether it is complete."""
        run = self._file.reader.run
        file = await run(_prepared, self.path, self._database)
        try:
            total = (await self.facts()).total
            done, before = 0, None
            for block in await run(lambda _: file.blocks()):
                if not report(min(done, total), total):
                    return False
                await run(text_index_build.verify, file, block, before)
                done, before = done + block.messages, block.high
            while report(min(done, total), total):
                added = await run(text_index_build.advance, file)
                if added is None:
                    return True
                done += added
            return False
        finally:
            await to_completion(asyncio.to_thread(file.close))

    async def drop(self) -> None:
        """Take the index away."""
        await asyncio.to_thread(delete, self.path)


def keep(db: Database, path: Path, database: Path, check: IndexCheck) -> bool:
    """Add some of what was written since to an index that is complete; when there is no more, check some of it.

    Args:
        db: The connection.
        path: The index.
        database: The database file.
        check: What was checked before.

    Returns:
        Whether there may be more to do.

    Raises:
        IndexFailed: the index cannot be written.
    """
    if not path.exists():
        return False
    is_sound = _FOUND_SOUND.get(path) == _stamp(path)
    with closing(IndexFile(path)) as file:
        state = file.state()
        if state is None or not state.is_complete or state.identity != identify(database):
            return False
        text_index_build.repair(db, file)
        has_more = text_index_build.advance(db, file, KEPT_ROWS) is not None or check.run(db, file)
    if is_sound:
        # Nothing is lost by what is added.
        _FOUND_SOUND[path] = _stamp(path)
    return has_more


def consult(db: Database, path: Path, database: Path, query: Query) -> tuple[Way, Answer | None]:
    """Return how the index narrows a search, or why it does not; the answer's file is open.

    Args:
        db: The connection.
        path: The index.
        database: The database file.
        query: What to look for.
    """
    if not path.exists():
        return Way.NO_INDEX, None
    try:
        file = IndexFile(path)
    except IndexFailed:
        return Way.BROKEN, None
    way, answer = Way.BROKEN, None
    try:
        state = file.state()
        if file.is_of_other_version():
            way = Way.OLD_VERSION
        elif state is None or not state.is_complete:
            way = Way.UNFINISHED
        elif state.identity != identify(database) or not text_index_build.is_current(db, state.last):
            way = Way.OUTDATED
        elif not _is_sound(db, file, path):
            way = Way.DAMAGED
        elif (expression := file.expression(query)) is None:
            way = Way.TOO_LITTLE
        else:
            high = state.last.high if state.last else FIRST_ROW
            way, answer = Way.INDEX, Answer(file, expression, high, state.messages)
    except IndexFailed:
        pass
    finally:
        if answer is None:
            file.close()
    return way, answer


def _is_sound(db: Database, file: IndexFile, path: Path) -> bool:
    """Tell whether an index has lost nothing; one that is as it was is checked once."""
    stamp = _stamp(path)
    if _FOUND_SOUND.get(path) != stamp:
        if not text_index_build.is_sound(db, file):
            return False
        _FOUND_SOUND[path] = stamp
    return True


def _stamp(path: Path) -> list[tuple[int, int, int]]:
    """Return what the files of an index are like."""
    # An empty -wal comes with every opening.
    return [(found.st_ino, found.st_size, found.st_mtime_ns) for found in _stats(path) if found.st_size]


def _stats(path: Path) -> Iterator[os.stat_result]:
    for each in (path, Path(f"{path}-wal")):
        with suppress(FileNotFoundError):
            yield each.stat()


def _facts(db: Database, path: Path) -> TextIndexFacts:
    (total,) = db.execute("SELECT count(*) FROM conversation_messages").fetchone()
    if not path.exists():
        return TextIndexFacts(path, False, False, 0, total, 0)
    with closing(IndexFile(path)) as file:
        state = file.state()
        is_old = file.is_of_other_version()
    size = path.stat().st_size
    if state is None:
        return TextIndexFacts(path, True, False, 0, total, size, is_old)
    return TextIndexFacts(path, True, state.is_complete, state.messages, total, size)


def _prepared(db: Database, path: Path, database: Path) -> IndexFile:
    """Open the index, or a new one, without what does not fit the database."""
    identity = identify(database)
    assert identity is not None
    file = IndexFile(path, is_new=True)
    try:
        state = file.state()
        if state is None:
            file.begin(identity)
        elif text_index_build.has_lost(db, state) or not text_index_build.is_sound(db, file):
            # A new file: the pages of the old one keep the words of what was deleted.
            file.close()
            delete(path)
            file = IndexFile(path, is_new=True)
            file.begin(identity)
        elif state.identity != identity:
            file.adopt(identity)
        text_index_build.repair(db, file)
    except BaseException:
        file.close()
        raise
    return file


def delete(path: Path) -> None:
    """Delete an index and the files beside it.

    Raises:
        IndexFailed: the system does not let us.
    """
    try:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
    except OSError as error:
        raise IndexFailed(f"The search index {shown(path)} cannot be deleted ({error.strerror}).") from None
