"""Which conversations a list holds, and what is typed to filter it. Pure.

A filter is typed as a search is; of its filters those count that choose conversations::

    lisbon -rain                both in the title or the preview: lisbon, and no rain
    channel:telegram            only one channel
    kind:routine                only chat, assistant, routine or heartbeat threads
    since:7d until:"3 Jan"      only conversations last used in a stretch of time
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.domain.timestamps import instant
from store.errors import NotUnderstood
from store.records import ConversationCursor, Kind, Machines
from tui.model.conversation_window import End, belongs

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from store.domain.query import Query
    from store.domain.typed_days import DateOrder
    from store.records import Conversation
    from tui.model.listed_view import ListedView

_BETWEEN = "\0"
"""What no one types, between title and preview."""


def treated(channel: str | None, machines: Machines, kind: Kind | None = None) -> Machines:
    """Return how a list treats machine threads: where they were asked for by channel or kind they are not folded."""
    is_theirs = channel in (Kind.ROUTINE.value, Kind.HEARTBEAT.value) or (kind is not None and kind.is_machine)
    return Machines.SHOWN if is_theirs and machines is Machines.FOLDED else machines


@dataclass(frozen=True, slots=True)
class ListedFilter:
    """What is asked of the store, and what each conversation that it gives must have besides."""

    view: ListedView
    query: Query | None = None
    """What was typed; ``None`` for nothing."""

    @property
    def channel(self) -> str | None:
        """Return the only channel, ``None`` for all."""
        typed = self.query.channel if self.query is not None else None
        return self.view.channel if typed is None else typed

    @property
    def kind(self) -> Kind | None:
        """Return the only kind, ``None`` for all."""
        return self.query.kind if self.query is not None else None

    @property
    def machines(self) -> Machines:
        """Return how machine threads are treated."""
        return treated(self.channel, self.view.machines, self.kind)

    @property
    def is_impossible(self) -> bool:
        """Tell whether nothing can match: the channel that is shown is not the one that was typed."""
        return self.view.channel not in (None, self.channel)

    def first(self, end: End) -> ConversationCursor | None:
        """Return the place from which to read towards an end, ``None`` for the other end of the list."""
        if self.query is None:
            return None
        moment = self.query.until if end is End.OLDER else self.query.since
        if moment is None:
            return None
        # Upwards from a microsecond earlier, so that what lies at the moment itself comes behind it on every store.
        return ConversationCursor.at(instant(moment) - (end is End.NEWER))

    def ends_at(self, conversation: Conversation, end: End) -> bool:
        """Tell whether nothing from a conversation on can match, on the way towards an end."""
        if self.query is None:
            return False
        last = conversation.last_activity
        if end is End.NEWER:
            return last is not None and self.query.until is not None and last >= self.query.until
        return self.query.since is not None and (last is None or last < self.query.since)

    def matches(self, conversation: Conversation) -> bool:
        """Tell whether a conversation has what was typed."""
        query, last = self.query, conversation.last_activity
        if query is None:
            return True
        if (query.since or query.until) and (
            last is None
            or (query.since is not None and last < query.since)
            or (query.until is not None and last >= query.until)
        ):
            return False
        return not (query.words or query.without) or query.accepts(_seen(conversation))

    def holds(self, conversation: Conversation) -> bool:
        """Tell whether a conversation belongs in the list, whatever the store was asked for."""
        is_of_kind = not self.is_impossible and self.kind in (None, conversation.kind)
        return is_of_kind and belongs(conversation, self.channel, self.machines) and self.matches(conversation)


def filter_of(view: ListedView, now: datetime, zone: tzinfo, order: DateOrder | None = None) -> ListedFilter:
    """Return what a view lists.

    Args:
        view: The view, with what was typed as its query.
        now: An aware time, for ``yesterday`` and ``7d``.
        zone: The zone of the person who typed it.
        order: In which order the person writes the numbers of a date, ``None`` if that is not known.

    Raises:
        NotUnderstood: what was typed is no filter; the sentence says why.
    """
    if not view.query.strip():
        return ListedFilter(view)
    from store.domain.query import parse_query

    query = parse_query(view.query, now, zone, order)
    if query.role is not None or query.tool is not None or not query.has_tools:
        raise NotUnderstood("role: and tool choose messages, not conversations; / searches for them.")
    return ListedFilter(view, query)


def _seen(conversation: Conversation) -> str:
    """Return what the list says of a conversation, folded."""
    from store.domain.folding import folded
    from tui.text.message.preview import preview_text

    preview = conversation.preview
    shown = preview_text(preview.role, preview.text) if preview is not None else ""
    return folded(f"{conversation.title}{_BETWEEN}{shown}")
