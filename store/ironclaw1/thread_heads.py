"""What the records of a thread say of it: its name, what it is for, its last activity. Pure, and never raises."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from store.domain.timestamps import instant_of, parse
from store.ironclaw1.message_records import object_in, record_of
from store.records import SOUND, UNREADABLE, ConversationCursor, Flaw, Kind

if TYPE_CHECKING:
    from datetime import datetime

    from store.ironclaw1.addresses import Thread

_SEGMENT = re.compile(r"([a-z_]+):(\d{1,4}):")
_SUBAGENT = "subagent-result:"


class Head(NamedTuple):
    """What lists need to know of a thread."""

    thread: Thread
    instant: int
    """Its last activity in microseconds."""
    title: str | None
    kind: Kind
    trigger_id: str | None
    """The automation one run of which it is."""
    started_at: datetime | None
    mark: tuple[int, int]
    """Number and version of the row that this was read from."""
    channel: str | None = None
    """The channel that it names itself; most leave that to their messages."""
    flaws: frozenset[Flaw] = SOUND

    @property
    def cursor(self) -> ConversationCursor:
        """Return its place in a list."""
        return ConversationCursor(self.instant, self.thread.key)

    @property
    def place(self) -> tuple[bool, int, str]:
        """Return what orders a list, greatest first: the last activity, unreadable times last."""
        return self.instant != UNREADABLE, self.instant, self.thread.key


def head_of(thread: Thread, mark: tuple[int, int], stored: object, active: int | None = None) -> Head:
    """Return the head of a thread.

    Args:
        thread: Which thread.
        mark: Number and version of the row.
        stored: Its ``thread.json``, or its row of the list, which says the same and more.
        active: When it was last active, in microseconds, where the record does not tell.
    """
    fields = record_of(stored).fields
    flaws = set() if fields else {Flaw.RECORD}
    metadata = object_in(_text(fields, "metadata_json")) or {}
    trigger = _text(metadata, "trigger_id") if metadata.get("source") == "automation_trigger" else None
    legacy = metadata.get("legacy_v1")
    origin = legacy.get("provenance") if isinstance(legacy, dict) else None
    origin = origin if isinstance(origin, dict) else {}
    instant = instant_of(fields.get("updated_at")) if active is None else active
    if instant == UNREADABLE:
        instant = instant_of(origin.get("last_activity") or fields.get("created_at"))
    if instant == UNREADABLE:
        flaws.add(Flaw.TIME)
    return Head(
        thread,
        instant,
        _text(fields, "title") or _text(fields, "derived_title"),
        _kind(metadata, trigger),
        trigger,
        parse(origin.get("started_at") or fields.get("created_at")),
        mark,
        _text(origin, "channel"),
        frozenset(flaws) if flaws else SOUND,
    )


def channel_of(source: str, names: dict[str, str]) -> str:
    """Return the channel of what a message came through, empty for none.

    Args:
        source: Its ``source_binding_id``.
        names: The channels of bindings, by reference.
    """
    if match := _SEGMENT.match(source):
        name = source[match.end() : match.end() + int(match[2])]
        return name if match[1] == "surface" else name or "channel"
    if not source or source.startswith(_SUBAGENT):
        return ""
    if source.startswith("reborn-cli"):
        return "cli"
    return names.get(source, "channel")


def _kind(metadata: dict[str, Any], trigger: str | None) -> Kind:
    if trigger is not None:
        return Kind.ROUTINE
    if metadata.get("kind") in ("subagent", "prepared") or metadata.get("prepared_context") is True:
        return Kind.BACKGROUND
    return Kind.CHAT


def _text(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) and value else None
