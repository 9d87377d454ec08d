"""What a person should know of a query whose filters do nothing. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.domain.query import OF_CONVERSATIONS, nearest_filter

if TYPE_CHECKING:
    from store.domain.query import Query


def hint_of(query: Query, *, is_find: bool = False) -> str:
    """Return which words were perhaps meant as filters, or are filters without a use; empty for none.

    Args:
        query: What was typed.
        is_find: Whether one conversation is searched, and not all.
    """
    names = [f"{name}:" for name in OF_CONVERSATIONS if getattr(query, name) is not None]
    if is_find and names:
        verb = "belongs" if len(names) == 1 else "belong"
        return f"{' and '.join(names)} {verb} to the search of everything (/ in the list)"
    if query.unknown:
        word = query.unknown[0]
        return f"{word.partition(':')[0]}: is searched as text; the nearest filter is {nearest_filter(word)}:"
    return ""
