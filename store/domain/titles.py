"""Give a conversation a name that fits one line. Pure: texts in, text out.

The title its owner set comes first; then the first thing the user said, cleaned; then the routine's name; then what
the thread is for.
"""

from __future__ import annotations

import re
from functools import lru_cache

from store.records import Kind

LONGEST = 100
"""How many characters a title has at most."""

_ATTACHMENTS = re.compile(r"<attachments\b.*?(?:</attachments>|\Z)", re.DOTALL | re.IGNORECASE)
_ATTACHMENT = re.compile(r"<attachment\b([^>]*)(?:>|\Z)", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(\w+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_MENTIONS = re.compile(r"\A(?:\s*(?:<@[\w|.-]+>|@[\w.-]+)[:,]?(?=\s|\Z))+")
_MARK = re.compile(r"[*_~`#>+\[-]|\d[.)]")
_FENCE = re.compile(r"^\s*(?:```|~~~).*$", re.MULTILINE)
_BLOCK_MARK = re.compile(r"^\s*(?:#{1,6}\s+|>\s?|[-*+]\s+|\d{1,3}[.)]\s+)+", re.MULTILINE)
# What joins words or parts of paths is no emphasis, nor are the lines around a name such as __init__.
_LINK = re.compile(r"(?<![0-9A-Za-z_])!?\[([^\[\]]*)\]\([^()\s]*\)")
_EMPHASIS = re.compile(r"(?<![0-9A-Za-z_/])(\*\*|~~|__(?!\w+__))(?=\S)(.+?)(?<=\S)\1(?![0-9A-Za-z_/])")
_EMPHASIZING = ("**", "__", "~~")
_CODE = re.compile(r"(`+)(?=\S)(.+?)(?<=\S)\1")
_STARS = re.compile(r"(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])")
_KINDS_OF_FILE = {"audio": "Voice message", "image": "Picture", "document": "Document"}


def conversation_title(
    *,
    channel: str,
    kind: Kind,
    own_title: str | None = None,
    first_user_text: str | None = None,
    routine_name: str | None = None,
) -> str:
    """Return what to call a conversation, of any length; ``shortened`` makes it fit.

    Args:
        channel: Its channel.
        kind: What it is for.
        own_title: ``metadata.title``.
        first_user_text: The first message of its user, or the head of it.
        routine_name: The routine's name as it is now, else as the thread remembers it.
    """
    for candidate in (_one_line(own_title or ""), cleaned(first_user_text or ""), _one_line(routine_name or "")):
        if candidate:
            return candidate
    match kind:
        case Kind.HEARTBEAT:
            return "Heartbeat"
        case Kind.ASSISTANT:
            return "Assistant"
        case Kind.ROUTINE:
            return "Routine"
    name = _one_line(channel)
    return f"New {name} conversation" if name else "New conversation"


@lru_cache(maxsize=1024)
def cleaned(text: str) -> str:
    """Return a message as one line: mentions, attachments and Markdown marks removed; attachments alone are named."""
    said = _MENTIONS.sub("", _ATTACHMENTS.sub(" ", text) if "<" in text else text)
    if _MARK.search(said):
        # A search asks this of every conversation: most have none of these.
        if "```" in said or "~~~" in said:
            said = _FENCE.sub(" ", said)
        said = _BLOCK_MARK.sub("", said)
        if "](" in said:
            said = _LINK.sub(r"\1", said)
        for _ in range(2):
            if "`" in said:
                said = _CODE.sub(r"\2", said)
            if any(mark in said for mark in _EMPHASIZING):
                said = _EMPHASIS.sub(r"\2", said)
            if "*" in said:
                said = _STARS.sub(r"\1", said)
    return _one_line(said) or ", ".join(_files(text))


def _files(text: str) -> list[str]:
    """Return the names of the attachments in a message."""
    names = []
    for found in _ATTACHMENT.finditer(text):
        attributes = {key.lower(): double or single for key, double, single in _ATTRIBUTE.findall(found[1])}
        kind = _KINDS_OF_FILE.get(attributes.get("type", "").lower(), "Attachment")
        name = _one_line(attributes.get("filename", ""))
        names.append(name if name and kind != "Voice message" else kind)
    return names


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())


def shortened(text: str) -> str:
    """Return a title that fits one line."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
