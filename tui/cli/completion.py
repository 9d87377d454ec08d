"""What the shell completes beside commands and options: conversations and channels of the database.

Nothing is ever told here: where the database cannot be opened, nothing is offered.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem, get_completion_class

from store import open_store
from store.errors import StoreError
from tui.cli import history
from tui.cli.options import options_of
from tui.config.state import State, state_file
from tui.text.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from store.contract.store import ConversationStore

OFFERED = 50
"""Conversations offered, the newest."""
_VARIABLE = "_CLAWBACK_COMPLETE"
# Shells put what they complete on the line as it is: a name such as $(…) would be run.
_is_word = re.compile(r"[\w.:#@+][\w.:#@+-]*").fullmatch


def source(shell: str, group: click.Group) -> str:
    """Return the script that teaches a shell to complete our commands."""
    completion = get_completion_class(shell)
    assert completion is not None, "click knows the shells that we name"
    made = completion(group, {}, "clawback", _VARIABLE)
    # Not by its own source(), which starts bash to ask for its version.
    script = made.source_template % made.source_vars()
    # Click's script for fish ends a title at its first comma.
    return script.replace('string split ","', 'string split --max 1 ","')


def conversations(context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the ids that begin so, of the newest conversations if nothing was typed, each with its title."""

    async def find(store: ConversationStore, user: str) -> list[CompletionItem]:
        if begun:
            found = await store.find_conversations(begun, user, limit=OFFERED)
        else:
            found = list((await store.list_conversations(user, limit=OFFERED)).conversations)
        return [CompletionItem(each.shown_id, help=one_line(each.title)) for each in found]

    return _ask(context, find)


def channels(context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the channels that begin so."""

    async def find(store: ConversationStore, user: str) -> list[CompletionItem]:
        return [CompletionItem(each.name) for each in await store.list_channels(user) if each.name.startswith(begun)]

    return _ask(context, find)


def _ask(
    context: click.Context, find: Callable[[ConversationStore, str], Coroutine[Any, Any, list[CompletionItem]]]
) -> list[CompletionItem]:
    async def ask() -> list[CompletionItem]:
        options = options_of(context)
        choice = await history.choose(history.found(options), State(state_file()), options.source)
        source = choice.source
        async with open_store(source.target, read_only=True) as store:
            found = await find(store, source.owner)
        return [each for each in found if _is_word(each.value) and one_line(each.value) == each.value]

    try:
        return asyncio.run(ask())
    except (StoreError, click.ClickException):
        return []
