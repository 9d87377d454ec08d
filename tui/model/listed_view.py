"""What is listed, under a name: channel, machine threads, user and filter. Pure; the state keeps it as JSON."""

from __future__ import annotations

import json
from typing import NamedTuple

from store.records import Machines

LONGEST = 40
"""Characters of a name."""


class ListedView(NamedTuple):
    """What a list is about."""

    user: str
    channel: str | None = None
    machines: Machines = Machines.FOLDED
    query: str = ""
    """What the list is filtered by, as it was typed; empty for nothing."""

    def to_json(self) -> str:
        """Return the view as a text to keep."""
        return json.dumps(self._asdict())


def from_json(text: str) -> ListedView | None:
    """Return a view that was kept, ``None`` if the text is none."""
    try:
        facts = json.loads(text)
        user, channel, query = facts["user"], facts["channel"], facts["query"]
        if not isinstance(user, str) or not isinstance(query, str) or not isinstance(channel, str | None):
            return None
        return ListedView(user, channel, Machines(facts["machines"]), query)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def words(view: ListedView) -> str:
    """Return what a view is about on one line, the user left out; empty if it is about everything."""
    parts = []
    if view.channel is not None:
        parts.append(view.channel or "(no channel)")
    if view.machines is not Machines.FOLDED:
        parts.append("machine threads only" if view.machines is Machines.ONLY else "with machine threads")
    if view.query:
        parts.append(view.query)
    return " · ".join(parts)
