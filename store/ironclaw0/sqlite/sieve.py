"""Tell in SQL which rows may match a query, and in Python which do.

SQL never loses a hit. ``LIKE`` ignores case for ASCII only, so it decides for texts of ASCII; whatever else is stored
(other scripts, NUL, bytes) is let through. ``length`` tells the two apart: it counts characters, up to a NUL.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from store.domain.query import Query

_SPECIAL, _ESCAPED = re.compile(r"[\\%_]"), r"\\\g<0>"
_REPLACEMENT = "\ufffd"
_IS_ODD = "(typeof({0}) <> 'text' OR length({0}) <> length(CAST({0} AS BLOB)))"


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
