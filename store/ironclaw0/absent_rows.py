"""Say that what was asked for is not there; another user's conversation looks like a missing one."""

from __future__ import annotations

from store.errors import ConversationNotFound


def not_found() -> ConversationNotFound:
    """Return the one way to say that a conversation is not there."""
    return ConversationNotFound("There is no such conversation; it may have been deleted. Read the list again.")


def not_there() -> ConversationNotFound:
    """Return the one way to say that a message is not there."""
    return ConversationNotFound("The message is not there any more; read the conversation again.")
