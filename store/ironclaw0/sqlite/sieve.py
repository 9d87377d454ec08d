"""Tell in SQL which rows may match a query, and in Python which do.

SQL never loses a hit. ``LIKE`` ignores case for ASCII only, so it decides for texts of ASCII; whatever else is stored
(other scripts, NUL, bytes) is let through. ``length`` tells the two apart: it counts characters, up to a NUL.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from store.core.stored_values import text_of
from store.domain.folding import PIECE, folded, hides, pieces
from store.domain.query import Query, around
from store.domain.timestamps import UNREADABLE, instant

if TYPE_CHECKING:
    from collections.abc import Callable

_SPECIAL, _ESCAPED = re.compile(r"[\\%_]"), r"\\\g<0>"
_REPLACEMENT = "\ufffd"
_IS_ODD = "(typeof({0}) <> 'text' OR length({0}) <> length(CAST({0} AS BLOB)))"


class StoppedError(Exception):
    """The caller wants no more."""


class Sieve(NamedTuple):
    """What SQL can tell of a query."""

    condition: str
    """Whether a row may match."""
    plainly: str
    """Whether it has every word, told by ``LIKE`` alone."""
    patterns: tuple[str, ...]
    """The parameters of each of the two."""


def sieve_of(query: Query, column: str) -> Sieve:
    """Return what SQL can tell of a query about a column of texts."""
    parts = list(dict.fromkeys(part for word in query.words for part in word.split(" ")))
    if not parts or any(_REPLACEMENT in part for part in parts):
        return Sieve("1", "1", ())
    if not all(part.isascii() for part in parts):
        return Sieve(_IS_ODD.format(column), "0", ())
    # ESCAPE makes LIKE slower.
    plainly = " AND ".join(f"{column} LIKE ?" + " ESCAPE '\\'" * bool(_SPECIAL.search(part)) for part in parts)
    patterns = tuple(f"%{_SPECIAL.sub(_ESCAPED, part)}%" for part in parts)
    return Sieve(f"(({plainly}) OR {_IS_ODD.format(column)})", f"({plainly})", patterns)


class Judge:
    """Decides whether stored texts match a query.

    Args:
        query: The query.
        is_stopped: Whether the caller has had enough.
    """

    def __init__(self, query: Query, is_stopped: Callable[[], bool]) -> None:
        self._query = query
        self._is_stopped = is_stopped
        self._is_plain = all(word.isascii() for word in query.words)
        self._is_told_by_like = not query.without and not any(" " in word for word in query.words)
        self._since = instant(query.since) if query.since else None
        self._until = instant(query.until) if query.until else None

    def go_on(self) -> None:
        """Do nothing, unless the caller has had enough.

        Raises:
            StoppedError: the caller has had enough.
        """
        if self._is_stopped():
            raise StoppedError

    def is_in_time(self, created: int) -> bool:
        """Tell whether a message of that instant counts; one whose time cannot be read lies in no stretch of time."""
        if self._since is None and self._until is None:
            return True
        return (
            created != UNREADABLE
            and (self._since is None or created >= self._since)
            and (self._until is None or created < self._until)
        )

    def text(self, content: object, *, is_plain_hit: bool) -> str | None:
        """Return a stored content as text if it matches.

        Args:
            content: The value.
            is_plain_hit: What the sieve's ``plainly`` gave for it.

        Raises:
            StoppedError: the caller has had enough.
        """
        self.go_on()
        text = text_of(content, set())
        if self._is_plain and type(content) is str and "\0" not in text:
            if is_plain_hit and self._is_told_by_like and text.isascii():
                return text
            if not is_plain_hit and not hides(text):
                return None
        return text if self._query.accepts(self._folded(text)) else None

    def accepts(self, seen: str) -> bool:
        """Tell whether a folded text matches."""
        return self._query.accepts(seen)

    def excerpt(self, text: str) -> str:
        """Return the piece of a text around its first match."""
        return around(text, self._query)

    def _folded(self, text: str) -> str:
        if len(text) <= 8 * PIECE:
            return folded(text)
        parts = []
        for piece in pieces(text):
            self.go_on()
            parts.append(folded(piece))
        return "".join(parts)
