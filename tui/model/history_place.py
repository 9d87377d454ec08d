"""Where the reader left a history, and each conversation in it. Pure; kept as long as the program runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.records import MessageCursor
    from tui.model.listed_view import ListedView


class ConversationPlace(NamedTuple):
    """Where the reader left a conversation."""

    top: MessageCursor
    row: int
    """The row of that message that was on top."""
    current: MessageCursor


class HistoryPlace(NamedTuple):
    """Where the reader left a history."""

    view: ListedView
    """What was listed."""
    rows: int
    """How many conversations, from the newest on, reach past the selected one."""
    selected: str | None
    """The id of the selected conversation."""
    opened: str | None
    """The id of the open conversation."""
    is_reading: bool
    """Whether the reader was in that conversation, not in the list."""
    conversations: Mapping[str, ConversationPlace]
    """Where conversations were left, by their ids."""
