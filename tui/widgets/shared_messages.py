"""The messages that more than one widget posts; those of a single widget are nested in its class."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


class NewestMessage(Message):
    """A message of which the newest of a burst stands for all."""

    def can_replace(self, message: Message) -> bool:
        """Tell whether the message behind this one is of the same kind, and so makes it needless."""
        return type(message) is type(self)


@dataclass
class MessagesWanted(Message):
    """Messages are wanted that a pane does not hold."""

    conversation_id: str
    start: int
    """First position wanted, from 0 at the oldest."""
    until: int
    """The position after the last one wanted."""


@dataclass
class RunsWanted(Message):
    """Runs are wanted that a pane does not hold."""

    conversation_id: str
    start: int
    """First position wanted, from 0 at the oldest."""
    until: int
    """The position after the last one wanted."""


@dataclass
class NoEffect(NewestMessage):
    """A key did nothing."""

    why: str
    """A sentence."""


class TranscriptMoved(NewestMessage):
    """Something that the line under the transcript says has changed."""


@dataclass
class HistoryWanted(Message):
    """Another history is to be shown, or this one from where it lies now."""

    name: str
