"""Attachments of a user message: split the ``<attachments>`` block off, show each as a card of one line.

Pure. The block is written by IronClaw but its parts come from strangers: scanning is linear and nothing is trusted.
"""

from __future__ import annotations

from typing import NamedTuple

from store.domain.sizes import people_size
from store.lazy_pattern import lazy_pattern
from tui.text.visible import one_line

_MARK = {"audio": "♪", "image": "▣", "document": "▤"}
_ELEMENT = lazy_pattern(r"<attachment(?=[\s/>])")
# Quoted values may hold ">". Each alternative begins with a character of its own, so nothing is tried twice.
_HEAD = lazy_pattern(r"""(?:[^>"']|"[^"]*"|'[^']*')*>""")
_ATTRIBUTE = lazy_pattern(r"""([A-Za-z_-]{1,32})\s*=\s*(?:"([^"]*)"|'([^']*)')""")


class Attachment(NamedTuple):
    """A file that came with a message."""

    type: str
    filename: str
    mime: str
    size: str
    """As stored; IronClaw writes it for people."""
    duration: str
    body: str
    """What IronClaw made of it: a transcript, the extracted text, or a note."""


def split_attachments(content: str) -> tuple[str, list[Attachment]]:
    """Return the text that the person wrote and the attachments behind it."""
    start = content.rfind("<attachments>")
    if start < 0:
        return content, []
    block = content[start + len("<attachments>") :]
    end = block.rfind("</attachments>")
    if end >= 0 and block[end + len("</attachments>") :].strip():
        return content, []
    attachments = [_attachment(piece) for piece in _ELEMENT.split(block[: end if end >= 0 else None])[1:]]
    return (content[:start].rstrip(), attachments) if attachments else (content, [])


def card(attachment: Attachment) -> str:
    """Return an attachment as one line, such as ``▤ report.pdf · document · 120 KB``."""
    kind = one_line(attachment.type) or "file"
    name = one_line(attachment.filename) or kind
    facts = [f"{_MARK.get(attachment.type, '▫')} {name[:80]}", kind if name != kind else one_line(attachment.mime)]
    facts += [one_line(attachment.size), one_line(attachment.duration)]
    return " · ".join(fact for fact in facts if fact)


def _attachment(piece: str) -> Attachment:
    # Loads every name that HTML has for a character.
    from html import unescape

    match = _HEAD.match(piece)
    if match:
        head, body = match[0][:-1], piece[match.end() :]
    else:
        head, _, body = piece.partition(">")
    facts = {name.lower(): unescape(one or other) for name, one, other in _ATTRIBUTE.findall(head)}
    if head.endswith("/"):
        body = ""
    body = body.rpartition("</attachment>")[0] or body
    return Attachment(
        type=facts.get("type", ""),
        filename=facts.get("filename", ""),
        mime=facts.get("mime", ""),
        size=_people_size(facts.get("size", "")),
        duration=_people_duration(facts.get("duration", "")),
        body=unescape(body.strip()),
    )


def _people_size(size: str) -> str:
    if not (size.isascii() and size.isdigit() and len(size) < 16):
        return size
    return people_size(int(size))


def _people_duration(duration: str) -> str:
    return f"{duration} s" if duration.isascii() and duration.isdigit() else duration
