"""What a conversation is for."""

from __future__ import annotations

from store.records import Kind

SPECIAL = (Kind.ASSISTANT, Kind.ROUTINE, Kind.HEARTBEAT)
"""Kinds that the metadata may name as ``thread_type``."""


def kind_of(thread_type: str | None, channel: str) -> Kind:
    """Return a conversation's kind: its thread type if that is a special one, else what its channel tells."""
    if thread_type in SPECIAL:
        return Kind(thread_type)
    return Kind(channel) if channel in (Kind.ROUTINE, Kind.HEARTBEAT) else Kind.CHAT
