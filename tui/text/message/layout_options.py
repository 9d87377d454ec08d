"""How messages are laid out: what the reader chose, and the names of roles. Loads none of what lays them out."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Self

from store.domain.turns import Work

if TYPE_CHECKING:
    from datetime import tzinfo

    from store.records import Message

SEPARATOR = "separator"
"""Style of a line that is drawn as a rule across the pane with its text in the middle."""

BOOKMARK = "★"
"""What stands beside a message that is bookmarked."""

ROLES = {
    "user": "you",
    "assistant": "assistant",
    "tool_calls": "tools",
    "system": "system",
    "summary": "summary of the above",
    "damaged": "damaged record",
}
"""What the reader calls the roles that IronClaw writes."""


class Mode(Enum):
    """One of several modes of showing something; a key goes from one to the next."""

    @property
    def following(self) -> Self:
        """Return the next mode in the cycle."""
        modes = list(type(self))
        return modes[(modes.index(self) + 1) % len(modes)]


class Times(Mode):
    """How a message's time is shown."""

    CLOCK = "clock"
    FULL = "full"
    HIDDEN = "hidden"


class Tools(Mode):
    """How tool calls are shown."""

    FOLDED = "folded"
    """One line for all."""
    SUMMARY = "summary"
    """One line each."""
    FULL = "full"


class Markup(Mode):
    """How the marks in a message are shown."""

    RENDERED = "rendered"
    """As Markdown where the assistant wrote; fenced code set apart where people did."""
    WRITTEN = "written"
    """Every mark as it was written."""


class Options(NamedTuple):
    """How messages are laid out."""

    tz: tzinfo
    times: Times = Times.CLOCK
    tools: Tools = Tools.FOLDED
    markup: Markup = Markup.RENDERED


class Context(NamedTuple):
    """What the layout of a message depends on beside the message itself."""

    previous: Message | None = None
    following: Message | None = None
    is_first: bool = False
    """Whether it begins the conversation."""
    is_last: bool = False
    """Whether it ends the conversation."""
    is_first_new: bool = False
    """Whether it is the first that the reader has not seen."""
    turn: int | None = None
    """The number of its turn from the true start, once that is known."""
    work: Work = Work.NONE
    """What the agent is doing in the conversation."""
    bookmark: str | None = None
    """The note of its bookmark, ``None`` if it has none."""

    @property
    def shown(self) -> tuple[object, ...]:
        """Return what of it a layout shows: another layout is needed once this is another."""
        before, after = self.previous, self.following
        around = (before and before.created_at, before and before.role, after and after.role)
        work = self.work if self.is_last else None
        return (*around, self.is_first, self.is_last, self.is_first_new, self.turn, work, self.bookmark)


def role_style(role: str) -> str:
    """Return the style name of a role."""
    return {"user": "role-user", "assistant": "role-assistant", "tool_calls": "role-tool"}.get(role, "role-other")
