"""Find conversations by their titles, of which those that were read once are remembered folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from store.domain.folding import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from store.core.matching import Matcher
    from store.domain.search_results import TitleHit
    from store.ironclaw0.known_titles import Titles

Key = TypeVar("Key")

TITLES = 200
"""Titles that are read at once."""


def title_hits(
    keys: Sequence[Key],
    user_id: str,
    matcher: Matcher,
    known: Titles[Key],
    read: Callable[[Sequence[Key]], Mapping[Key, TitleHit]],
) -> list[TitleHit]:
    """Return those of a user's conversations whose title matches.

    Args:
        keys: The conversations, by what the dialect knows them by.
        user_id: Whose they are.
        matcher: Tells which titles match.
        known: Titles that were read already; takes those that are read.
        read: Returns some conversations, as far as they exist, with their titles as they are.

    Raises:
        StoppedError: the caller has had enough.
    """
    seen = known.of(user_id)
    found: list[TitleHit] = []
    for some in some_of(known.lack(user_id, keys), TITLES):
        matcher.go_on()
        seen |= {key: folded(hit.title) for key, hit in read(some).items()}
    for some in some_of([key for key in keys if matcher.accepts(seen.get(key, ""))], TITLES):
        matcher.go_on()
        found += read(some).values()
    return found


def some_of(keys: Sequence[Key], size: int) -> Iterator[Sequence[Key]]:
    """Return keys, so many at a time."""
    return (keys[start : start + size] for start in range(0, len(keys), size))
