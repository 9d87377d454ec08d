"""Small facts about what users of one database have, in a private file that several processes may share."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.config.state import State

BOOKMARKS_FILE, MARKS_FILE = "bookmarks.json", "marks.json"
"""Names of the files, beside the state."""


class ReaderFacts:
    """Texts by what they are about, the user first. Two processes lose nothing of each other's.

    Args:
        state: The file.
        database: What the database is known by.
        users: Whose facts are told.
    """

    def __init__(self, state: State, database: str, users: Sequence[str]) -> None:
        self._state = state
        self._database = database
        self._users = users

    def all(self) -> dict[tuple[str, ...], str]:
        """Return every text of the users by what it is about."""
        found = {}
        for user in self._users:
            prefix = self._name((user,))[:-1] + ", "
            for name, text in self._state.facts(prefix).items():
                # A name that is damaged is about nothing.
                with suppress(ValueError, RecursionError):
                    found[tuple(map(str, json.loads(name)[1:]))] = text
        return found

    def get(self, *about: str) -> str | None:
        """Return the text about something, ``None`` if there is none."""
        return self._state.get(self._name(about))

    def set(self, text: str, *about: str) -> None:
        """Keep a text about something."""
        self._state.set(self._name(about), text)

    def take(self, *about: str) -> str | None:
        """Return the text about something, and keep it no more; ``None`` if there is none."""
        return self._state.take(self._name(about))

    def _name(self, about: tuple[str, ...]) -> str:
        return json.dumps([self._database, *about])
