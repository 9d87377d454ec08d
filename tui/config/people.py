"""Who is one person: the user ids that the reader said are all theirs, by database."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.config.state import State

ME = "me (several ids)"
"""What the reader is called."""
PREFIX = "me:"
"""What the names of these facts begin with in the state."""


def people_of(state: State, database: str) -> dict[str, tuple[str, ...]]:
    """Return the ids of the reader by their name, nothing if they have not said that they have several."""
    try:
        ids = json.loads(state.get(PREFIX + database) or "[]")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(ids, list) or len(ids) < 2 or not all(isinstance(each, str) for each in ids):
        return {}
    return {ME: tuple(dict.fromkeys(ids))}


def keep_me(state: State, database: str, ids: Sequence[str]) -> None:
    """Keep which ids are the reader's; fewer than two are none."""
    if len(ids) > 1:
        state.set(PREFIX + database, json.dumps(list(ids)))
    else:
        state.take(PREFIX + database)
