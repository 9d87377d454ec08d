"""Describe threads for lists and titles: only those of a page get here, so each may cost a few look-ups."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from store.domain.timestamps import moment_of
from store.domain.titles import conversation_title, shortened
from store.engines.sqlite.database import snapshot
from store.ironclaw1 import automations, thread_edges, thread_rows
from store.ironclaw1.index_proofs import Proofs
from store.ironclaw1.thread_catalog import Catalog, Opening, page_of
from store.records import Conversation, ConversationPage, ConversationSummary, Kind, RoutineState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from store.core.list_filter import Filter, PageRequest
    from store.ironclaw1.addresses import Thread
    from store.ironclaw1.schema import Database
    from store.ironclaw1.thread_heads import Head
    from store.records import Channel, Count, MessageCursor, User

COUNT_CAP = 1000
"""A list counts no further than this."""
_DESCRIBED = 2000
"""Described conversations kept while the file stays as it is."""
_SUMMARY_CHARACTERS = 100


class Lists:
    """The lists of a file over one connection; what was read is kept until something is written."""

    def __init__(self) -> None:
        self.proofs = Proofs()
        self.catalog = Catalog(self.proofs)
        self._totals = thread_edges.Totals()
        self._described: dict[Head, Conversation] = {}
        self._states: dict[str, dict[str, RoutineState]] = {}

    def renew(self, db: Database) -> None:
        """Forget what no longer holds."""
        if self.catalog.renew(db):
            self._described.clear()
            self._states.clear()

    def states(self, db: Database, user_id: str) -> dict[str, RoutineState]:
        """Return what is known of a user's automations, by their ids."""
        if user_id not in self._states:
            self._states[user_id] = automations.states(db, user_id)
        return self._states[user_id]

    def failing(self, db: Database, user_id: str) -> frozenset[str]:
        """Return the keys of the newest threads of a user's automations whose last runs failed."""
        bad = {name for name, each in self.states(db, user_id).items() if each.consecutive_failures}
        newest: dict[str, str] = {}
        for head in self.catalog.of(user_id) if bad else ():
            if head.trigger_id in bad:
                newest.setdefault(head.trigger_id, head.thread.key)
        return frozenset(newest.values())

    def head(self, db: Database, thread: Thread) -> Head | None:
        """Return the head of a thread as it is now, ``None`` if it is not there."""
        self.renew(db)
        return self.catalog.head(db, thread)

    def chosen(self, db: Database, chosen: Filter) -> list[Head]:
        """Return the threads of a list, the last active first."""
        self.renew(db)
        return self.catalog.chosen(db, chosen, self.failing(db, chosen.user_id))

    def describe(self, db: Database, heads: Sequence[Head], user_id: str) -> list[Conversation]:
        """Return conversations for given heads, in their order."""
        begun = self.catalog.openings(db, heads)
        failing = self.failing(db, user_id)
        if len(self._described) > _DESCRIBED:
            self._described.clear()
        found = []
        for head in heads:
            key = head.thread.key
            if head not in self._described:
                routine = _routine(head, self.states(db, user_id))
                if routine is not None and key not in failing:
                    routine = replace(routine, consecutive_failures=0)
                opening = begun[key]
                title = title_of(head, opening.text, opening.channel, routine)
                self._described[head] = Conversation(
                    id=key,
                    channel=opening.channel,
                    user_id=user_id,
                    title=shortened(title),
                    whole_title=title,
                    kind=head.kind,
                    total=self._totals.total(db, head.thread, COUNT_CAP),
                    preview=thread_edges.preview(db, self.proofs, head.thread),
                    started_at=head.started_at,
                    last_activity=moment_of(head.instant),
                    cursor=head.cursor,
                    routine=routine,
                    flaws=head.flaws,
                    name_of_id=head.thread.id,
                    is_single_run=head.kind is Kind.ROUTINE,
                    scope=self.catalog.scope_name(head.thread.scope),
                    is_title_exact=opening.is_exact or bool(head.title),
                )
            found.append(self._described[head])
        return found

    def titles(self, db: Database, heads: Sequence[Head], user_id: str) -> dict[str, str]:
        """Return what to call threads, by their keys."""
        states = self.states(db, user_id)
        begun = self.catalog.openings(db, [head for head in heads if not head.title])
        found = {}
        for head in heads:
            opening = begun.get(head.thread.key, Opening("", ""))
            named = title_of(head, opening.text, opening.channel, _routine(head, states))
            found[head.thread.key] = shortened(named)
        return found

    def page(self, db: Database, asked: PageRequest) -> ConversationPage:
        """Return a page of a list, newest first, and whether newer and older ones exist."""
        found = self.chosen(db, asked.chosen)
        with snapshot(db):
            heads, has_newer, has_older = page_of(found, asked)
            described = self.describe(db, heads, asked.chosen.user_id)
        return ConversationPage(tuple(described), has_newer=has_newer, has_older=has_older)

    def count(self, db: Database, chosen: Filter) -> int:
        """Return exactly how many conversations a list holds."""
        return len(self.chosen(db, chosen))

    def users(self, db: Database) -> list[User]:
        """Return everybody with a conversation, most conversations first, then by name."""
        self.renew(db)
        return self.catalog.users()

    def channels(self, db: Database, user_id: str) -> list[Channel]:
        """Return the channels of a user, fullest first, then by name."""
        self.renew(db)
        return self.catalog.channels(db, user_id, self.failing(db, user_id))

    def one(self, db: Database, key: str, user_id: str) -> Conversation:
        """Return one conversation: a thread, or the runs of an automation.

        Raises:
            ConversationNotFound: it does not exist, or is another user's.
        """
        if key.startswith(automations.KEY):
            return automations.conversation_of(db, automations.require(db, key, user_id), "")
        thread = thread_rows.require(db, key, user_id)
        head = self.head(db, thread)
        if head is None:
            raise thread_rows.not_found()
        return self.describe(db, [head], user_id)[0]

    def named(self, db: Database, prefix: str, user_id: str, *, limit: int) -> list[Conversation]:
        """Return conversations whose thread id begins so, by that id; those that have it whole come alone.

        Args:
            db: The connection.
            prefix: How the id begins, or a whole key.
            user_id: Whose they must be.
            limit: How many at most.
        """
        self.renew(db)
        if not prefix:
            return []
        theirs = self.catalog.of(user_id)
        found = [head for head in theirs if prefix in (head.thread.id, head.thread.key)]
        found = found or [head for head in theirs if head.thread.id.startswith(prefix)]
        found.sort(key=lambda head: (head.thread.id, head.thread.key))
        return self.describe(db, found[:limit], user_id)

    def newest(self, db: Database, chosen: Filter, limit: int) -> list[ConversationSummary]:
        """Return the newest conversations of a list as IronClaw 0.24 lists them."""
        heads = self.chosen(db, chosen)[:limit]
        begun: Mapping[str, str] = {key: each.text for key, each in self.catalog.openings(db, heads).items()}
        return [_summary(db, each, begun[each.id]) for each in self.describe(db, heads, chosen.user_id)]

    def unseen(
        self, db: Database, user_id: str, seen: Mapping[str, MessageCursor | None], cap: int
    ) -> dict[str, Count]:
        """Count what came after the given messages, as far as a cap.

        Args:
            db: The connection.
            user_id: Whose threads.
            seen: For each thread the newest message that was seen, ``None`` if none was.
            cap: Count no further than this.
        """
        return thread_edges.unseen(db, self.proofs, user_id, seen, cap)


def title_of(head: Head, first_text: str, channel: str, routine: RoutineState | None) -> str:
    """Return what to call a thread, of any length.

    Args:
        head: The thread.
        first_text: The first message of its user.
        channel: Its channel.
        routine: Its automation, if it is a run of one.
    """
    return conversation_title(
        channel=channel,
        kind=head.kind,
        own_title=head.title,
        first_user_text=first_text,
        routine_name=routine.name if routine else None,
    )


def _summary(db: Database, listed: Conversation, first_text: str) -> ConversationSummary:
    """Return a conversation as IronClaw 0.24 lists it.

    Its user messages are counted, and the first of them is its title.
    """
    rows = thread_rows.placed_rows(db, thread_rows.require(db, listed.id))
    many = sum(row.record.kind == "user" for _, row in rows)
    return ConversationSummary(
        listed.id,
        listed.channel,
        listed.user_id,
        first_text[:_SUMMARY_CHARACTERS] if many else (listed.routine.name if listed.routine else None),
        None if listed.kind is Kind.CHAT else str(listed.kind),
        many,
        listed.started_at,
        listed.last_activity,
        listed.flaws,
    )


def _routine(head: Head, states: Mapping[str, RoutineState]) -> RoutineState | None:
    if head.kind is not Kind.ROUTINE or head.trigger_id is None:
        return None
    gone = RoutineState(head.trigger_id, "", enabled=False, consecutive_failures=0, is_orphan=True)
    return states.get(head.trigger_id, gone)
