"""Patterns of SQL's ``LIKE``, in which a backslash escapes, for what a query looks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from store.core.matching import JSON_ESCAPED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.domain.query import Query

ESCAPE = "\\"
"""What a pattern has if anything in it is escaped."""
_WILDCARD = re.compile(r"[\\%_]")
_JSON_SIGN = re.compile(f"[{re.escape(JSON_ESCAPED)}]")
_REPLACEMENT = "\ufffd"


def parts_of(query: Query) -> list[str]:
    """Return what a text must have, each without white space: words, and those of phrases."""
    return list(dict.fromkeys(part for word in query.words for part in word.split(" ")))


def stand_for_bytes(parts: Iterable[str]) -> bool:
    """Tell whether any part may stand for bytes that are no text, which SQL does not find by it."""
    return any(_REPLACEMENT in part for part in parts)


def literal(text: str) -> str:
    """Return the pattern of a text itself."""
    return _WILDCARD.sub(r"\\\g<0>", text)


def containing(part: str) -> str:
    """Return the pattern of texts that have a part."""
    return f"%{literal(part)}%"


def containing_in_json(part: str) -> str:
    """Return the pattern of texts that have a part, as it is or as JSON escapes it."""
    # A wildcard stands for what JSON escapes, and for the backslash before it.
    return f"%{'%'.join(map(literal, _JSON_SIGN.split(part)))}%"
