"""Remember folded titles between searches."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from store.domain.folding import pattern

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Key = TypeVar("Key")

_BETWEEN = "\0"
"""What stands between titles, and in no term: nobody can type it."""


class _Joined(NamedTuple, Generic[Key]):
    """Titles as one text, which is searched faster than many."""

    keys: list[Key]
    text: str
    starts: list[int]


class Titles(Generic[Key]):
    """Folded titles by user and by what the store knows the conversation by."""

    def __init__(self) -> None:
        self._known: dict[str, dict[Key, str]] = {}
        self._joined: dict[str, _Joined[Key]] = {}
        self._shown: dict[str, dict[Key, str]] = {}

    def take_over(self, user_id: str, other: Titles[Key], without: Collection[Key]) -> None:
        """Take over what another knows of a user, without some conversations."""
        # A search that is about to end may still add to the other.
        theirs = other.of(user_id).copy()
        self._known[user_id] = {key: title for key, title in theirs.items() if key not in without}
        self._joined.pop(user_id, None)

    def of(self, user_id: str) -> dict[Key, str]:
        """Return the titles of a user's conversations that are known, to be added to."""
        return self._known.setdefault(user_id, {})

    def shown(self, user_id: str) -> dict[Key, str]:
        """Return titles as they are shown, as far as they were read from this state of the file, to be added to."""
        return self._shown.setdefault(user_id, {})

    def lack(self, user_id: str, keys: Iterable[Key]) -> list[Key]:
        """Return the conversations whose title is not known."""
        known = self.of(user_id)
        return [key for key in keys if key not in known]

    def holding(self, user_id: str, term: str) -> list[Key]:
        """Return the conversations of a user whose known titles have a folded term."""
        joined = self._joined_of(user_id)
        found, place = [], 0
        while match := pattern(term).search(joined.text, place):
            number = bisect_right(joined.starts, match.start()) - 1
            found.append(joined.keys[number])
            if number + 1 == len(joined.keys):
                break
            place = joined.starts[number + 1]
        return found

    def _joined_of(self, user_id: str) -> _Joined[Key]:
        known, joined = self.of(user_id), self._joined.get(user_id)
        if joined is None or len(joined.keys) != len(known):
            # A search that is about to end may still add to them, on another thread.
            known = known.copy()
            titles = list(known.values())
            starts = accumulate((len(title) + len(_BETWEEN) for title in titles[:-1]), initial=0)
            joined = self._joined[user_id] = _Joined(list(known), _BETWEEN.join(titles), list(starts))
        return joined
