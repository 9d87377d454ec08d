"""The conversation that is named on the command line, by its id or by how no other one begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from store.errors import ConversationNotFound
from tui.text.visible import one_line

if TYPE_CHECKING:
    from store.contract.store import ConversationStore
    from store.records import Conversation

LISTED = 5
"""Conversations that are told of where several begin so."""


async def named(store: ConversationStore, typed: str, user: str) -> Conversation:
    """Return the only conversation of a user whose id begins so.

    Raises:
        click.ClickException: several do, or nothing is named.
        ConversationNotFound: none does.
    """
    if not typed:
        raise click.ClickException("the id is empty; 'clawback list' prints the ids.")
    found = await store.find_conversations(typed, user, limit=LISTED + 1)
    if not found:
        try:
            return await store.get_conversation(typed, user)
        except ConversationNotFound:
            raise ConversationNotFound(f"No id of {user}'s conversations begins with {typed}.") from None
    if len(found) > 1:
        ids = ", ".join(each.shown_id for each in found[:LISTED]) + (", …" if len(found) > LISTED else "")
        raise click.ClickException(one_line(f"several ids begin with {typed}: {ids}; type more of it."))
    return found[0]
