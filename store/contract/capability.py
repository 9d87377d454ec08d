"""What a store can do beside reading conversations; ``ConversationStore.capabilities`` says which, and why not."""

from __future__ import annotations

from enum import StrEnum


class Capability(StrEnum):
    """Something that not every store can; the value says it in words."""

    WRITE = "write"
    ROUTINES = "tell of routines"
    USAGE = "count what was used"
    RAW_ROWS = "show rows as they are stored"
    ROW_EXPORT = "hand out rows to export"
    TEXT_INDEX = "search by an index"
    CHECK = "look for damage"
    HEARTBEAT = "keep a heartbeat thread"
    ASSISTANT = "keep an assistant thread"
    SPELLING = "keep the spelling of metadata"
