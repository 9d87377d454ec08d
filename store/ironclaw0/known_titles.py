"""Remember folded titles between searches, as long as nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

Key = TypeVar("Key")


class Titles(Generic[Key]):
    """Folded titles by user and by what the store knows the conversation by."""

    def __init__(self) -> None:
        self._version: int | None = None
        self._known: dict[str, dict[Key, str]] = {}

    def renew(self, version: int) -> None:
        """Forget what no longer holds at this state of the database."""
        if version != self._version:
            self._version, self._known = version, {}

    def of(self, user_id: str) -> dict[Key, str]:
        """Return the titles of a user's conversations that are known, to be added to."""
        return self._known.setdefault(user_id, {})

    def lack(self, user_id: str, keys: Iterable[Key]) -> list[Key]:
        """Return the conversations whose title is not known."""
        known = self.of(user_id)
        return [key for key in keys if key not in known]
