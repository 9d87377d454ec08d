"""What goes into new rows: an id, and text that can be read back."""

from __future__ import annotations

import uuid
from typing import NamedTuple


class NewConversation(NamedTuple):
    """A conversation to be created."""

    id: str
    channel: str
    user_id: str
    thread_id: str | None = None
    """The channel's own name for it."""
    metadata: str = "{}"
    """A JSON text."""


class NewMessage(NamedTuple):
    """A message to be appended."""

    conversation_id: str
    id: str
    role: str
    content: str


def new_id() -> str:
    """Return a new UUID4 as IronClaw writes it."""
    return str(uuid.uuid4())


def require_text(*texts: str | None) -> None:
    """Refuse text that IronClaw could not read back.

    Raises:
        ValueError: one holds half a character.
    """
    for text in texts:
        if text is not None and any("\ud800" <= character <= "\udfff" for character in text):
            raise ValueError("text with half a character (a lone surrogate) cannot be stored")
