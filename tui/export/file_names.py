"""Names for files, made of stored text that nobody may trust: an allow-list of characters, and a bounded length."""

from __future__ import annotations

import re
import unicodedata
from string import Formatter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from store.records import Conversation

LONGEST = 40
"""Characters of a title in a name; letters of many scripts take four bytes, and 255 bytes is what a disk takes."""
_SHORT_ID = 8
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))})
"""What Windows takes for a device, whatever comes after a dot."""


_SHORT_NAME = 24
"""Characters of a channel or a user in a name."""
_LONGEST_NAME = 200
"""Bytes of a name before its number and its suffix."""
FIELDS = {
    "date": 10,
    "title": LONGEST,
    "id": _SHORT_ID,
    "channel": _SHORT_NAME,
    "kind": _SHORT_NAME,
    "user": _SHORT_NAME,
}
"""What a template may name of a conversation, each with the characters of it that a name has at most."""


class NameTemplate:
    """A pattern for the names of files, such as ``{date}-{title}-{id}``.

    Args:
        text: Text with fields in braces.

    Raises:
        ValueError: it names something else, or could lead out of a folder; the text says what.
    """

    def __init__(self, text: str = "{date}-{title}-{id}") -> None:
        self._parts: list[tuple[str, str | None]] = []
        try:
            parsed = list(Formatter().parse(text))
        except ValueError:
            raise ValueError("a brace is not closed; fields are written like {title}.") from None
        for literal, field, form, conversion in parsed:
            if field is not None and (field not in FIELDS or form or conversion):
                known = " ".join(f"{{{name}}}" for name in FIELDS)
                raise ValueError(f"{{{field}}} is nothing that a name may have; there are {known}.")
            if re.search(r"[^\w .,+@()-]", literal):
                raise ValueError("beside fields a name has letters, digits, spaces and . , + @ ( ) - _ only.")
            self._parts.append((literal, field))

    def fields(self, conversation: Conversation, zone: tzinfo) -> dict[str, str]:
        """Return what the fields are of a conversation, hostile or not; its date is the day on which it began."""
        began = conversation.started_at or conversation.last_activity
        return {
            "date": "no-date" if began is None else f"{began.astimezone(zone):%Y-%m-%d}".rjust(10, "0"),
            "title": conversation.title,
            "id": conversation.shown_id,
            "channel": conversation.channel,
            "kind": conversation.kind.value,
            "user": conversation.user_id,
        }

    def stem(self, fields: Mapping[str, str]) -> str:
        """Return a name without its suffix, safe in any folder."""
        pieces = [f"{literal}{_slug(fields[name], FIELDS[name]) if name else ''}" for literal, name in self._parts]
        name = re.sub(r"-{2,}", "-", "".join(pieces)).encode()[:_LONGEST_NAME].decode("utf-8", "ignore")
        name = name.strip(" .-")
        return f"{'' if name and name.split('.')[0].lower() not in _RESERVED else 'clawback-'}{name}".rstrip("-")


def file_name(title: str, identity: str, at: datetime, suffix: str) -> str:
    """Return a name such as ``lisbon-trip-0f3a91c2-2026-06-18.md``.

    Args:
        title: What to call it, hostile or not.
        identity: An id whose beginning tells two of the same title apart; may be empty.
        at: When it is made, in the zone of who asks for it.
        suffix: How it ends, with its dot.
    """
    parts = [_slug(title, LONGEST), _slug(identity, _SHORT_ID), f"{at:%Y-%m-%d}".rjust(10, "0")]
    name = "-".join(part for part in parts if part)
    return f"{'clawback-' if name.split('-')[0] in _RESERVED or not parts[0] else ''}{name}{suffix}"


def _slug(text: str, longest: int) -> str:
    """Return the letters and digits of a text in lower case, with a hyphen for each run of anything else."""
    plain = unicodedata.normalize("NFKC", text[: longest * 8]).lower()
    # \w without the underscore is every script's letters and digits, and neither marks nor anything invisible.
    words = re.findall(r"[^\W_]+", plain)
    return "-".join(words)[:longest].strip("-")
