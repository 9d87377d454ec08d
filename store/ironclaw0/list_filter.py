"""What a conversation is for, and which of them a list is about."""

from __future__ import annotations

from typing import NamedTuple

from store.records import Kind, Machines

SPECIAL = (Kind.ASSISTANT, Kind.ROUTINE, Kind.HEARTBEAT)
"""Kinds that the metadata may name as ``thread_type``."""


class Filter(NamedTuple):
    """Which conversations a list is about."""

    user_id: str
    channel: str | None = None
    kind: Kind | None = None
    machines: Machines = Machines.SHOWN


def kind_of(thread_type: str | None, channel: str) -> Kind:
    """Return a conversation's kind: its thread type if that is a special one, else what its channel tells."""
    if thread_type in SPECIAL:
        return Kind(thread_type)
    return Kind(channel) if channel in (Kind.ROUTINE, Kind.HEARTBEAT) else Kind.CHAT
