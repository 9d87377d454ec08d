"""What a message's row holds, byte for byte and type by type: no replacement, no default, nothing read into it.

The records of ``ConversationStore.read_raw_message``.
"""

from __future__ import annotations

from dataclasses import dataclass

RAW_BYTES = 1024 * 1024
"""How much of a content, in bytes, is read unless more is asked for."""


@dataclass(frozen=True, slots=True)
class RawValue:
    """One column of a row."""

    name: str
    kind: str
    """The type it is stored as: null, integer, real, text or blob."""
    value: bytes | float | int | None
    """A number, the bytes of a text or a blob from its beginning, or ``None`` for NULL."""
    size: int
    """Bytes that a text or a blob takes in the file; 0 for others."""

    @property
    def is_whole(self) -> bool:
        """Tell whether all of it was read."""
        return not isinstance(self.value, bytes) or len(self.value) == self.size


@dataclass(frozen=True, slots=True)
class RawMessage:
    """A row of ``conversation_messages``."""

    row: int | str | None
    """What the store knows the row by; ``None`` where there is none."""
    values: tuple[RawValue, ...]
    """Every column, in the order of the table."""

    @property
    def content(self) -> RawValue:
        """Return the column with what was said."""
        return next(value for value in self.values if value.name == "content")
