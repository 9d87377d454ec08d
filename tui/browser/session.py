"""What the browser shows first: handed by the command line to the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.config.settings import DEFAULTS

if TYPE_CHECKING:
    from asyncio import Task

    from store.records import ConversationPage
    from tui.config.settings import Settings


class Start(NamedTuple):
    """What the browser shows first."""

    path: str
    """The database, as people write it."""
    user: str
    channel: str | None = None
    is_user_explicit: bool = True
    """Whether another user must not be offered at the start."""
    checks_file: bool = False
    """Whether to look for damage in the background."""
    tells_news: bool = False
    """Whether to begin with a board of what happened since the last time."""
    file: str = ""
    """The path of the database; edits are kept under it."""
    settings: Settings = DEFAULTS
    """What the owner set."""
    page: Task[ConversationPage] | None = None
    """The first page of the list, if it was asked for before the screen was laid out."""
