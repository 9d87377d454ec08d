"""A store whose server can be cut off: every call goes to a real store over SQLite, or says that it is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.errors import StoreLost

if TYPE_CHECKING:
    from store.contract.store import ConversationStore

LOST = "The connection to db.example:5432/history is lost; it is tried again."


class Line:
    """The connection to a server, as it is now."""

    def __init__(self) -> None:
        self.is_cut = False
        self.cuts_before: set[str] = set()
        """Calls that the connection is lost before."""
        self.cuts_after: set[str] = set()
        """Calls whose answer is lost with the connection, though they are carried out."""
        self.number = 0
        """How often it was connected anew."""
        self.tries = 0

    def cut(self) -> None:
        self.is_cut = True

    def mend(self) -> None:
        self.is_cut = False

    def require(self, number: int) -> None:
        """Fail if the connection of that number is there no more."""
        if self.is_cut or number != self.number:
            raise StoreLost(LOST)


class CutStore:
    """The contract over another store, whose timelines, feeds and searches end with the connection.

    Args:
        store: What answers.
        line: Whether it can be reached.
    """

    def __init__(self, store: ConversationStore, line: Line) -> None:
        self._store = store
        self._line = line

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if not callable(found) or name == "close":
            return found
        if name in ("feed", "search", "find", "statistics", "take"):
            return lambda *given, **named: _Part(found(*given, **named), self._line)
        return _guarded(found, self._line, name)

    async def timeline(self, *given: Any) -> Any:
        number = self._line.number
        self._line.require(number)
        return _Part(await self._store.timeline(*given), self._line)

    async def reopen(self) -> None:
        self._line.tries += 1
        if self._line.is_cut:
            raise StoreLost(LOST)
        self._line.number += 1


class _Part:
    """A timeline or a feed, of the connection that it was made on."""

    def __init__(self, part: Any, line: Line) -> None:
        self._part = part
        self._line = line
        self._number = line.number

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        return _guarded(found, self._line, name, self._number) if callable(found) else found

    async def __aenter__(self) -> _Part:
        self._line.require(self._number)
        await self._part.__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self._part.__aexit__(*error)

    def __aiter__(self) -> Any:
        return self._part.__aiter__()


def _guarded(found: Any, line: Line, name: str, number: int | None = None) -> Any:
    async def call(*given: Any, **named: Any) -> Any:
        if name in line.cuts_before:
            line.cuts_before.discard(name)
            line.cut()
        line.require(line.number if number is None else number)
        answer = await found(*given, **named)
        if name in line.cuts_after:
            line.cuts_after.discard(name)
            line.cut()
        line.require(line.number if number is None else number)
        return answer

    return call
