"""Names for files, made of stored text that nobody may trust: an allow-list of characters, and a bounded length."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

LONGEST = 40
"""Characters of a title in a name; letters of many scripts take four bytes, and 255 bytes is what a disk takes."""
_SHORT_ID = 8
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))})
"""What Windows takes for a device, whatever comes after a dot."""


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
