"""A stored row as lines: its columns with their types and sizes, what is wrong with it, what its codes stand for.

Pure. The content itself follows in the pane, piece by piece.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.text.escapes import escape, legend
from tui.text.lines import BLANK, Line, Span

if TYPE_CHECKING:
    from store.contract.raw_rows import RawMessage, RawValue
    from store.records import Message
    from tui.text.escapes import Pieces

LABEL = 18
"""Columns of a column's name."""
SHOWN = 400
"""Characters of a value beside the content that are shown."""


def bytes_of(value: RawValue) -> bytes:
    """Return what a column holds as bytes; a number as it is written, NULL as none."""
    if isinstance(value.value, bytes):
        return value.value
    return b"" if value.value is None else str(value.value).encode()


def facts(message: Message, raw: RawMessage, content: Pieces) -> list[Line]:
    """Return what stands above the content."""
    lines = [_fact("row", "", str(raw.row))] if raw.row is not None else []
    for value in raw.values:
        if value.name == "content":
            count = f"{content.lines:,} line{'s' if content.lines != 1 else ''}"
            lines.append(_fact("content", f"{_type(value)} · {count}" if value.value is not None else "NULL", ""))
        else:
            text = bytes_of(value).decode("utf-8", "surrogateescape")
            more = " …" if len(text) > SHOWN or not value.is_whole else ""
            lines.append(_fact(value.name, _type(value), text[:SHOWN].replace("\n", "\\n") + more))
    if message.flaws:
        text = "; ".join(sorted(message.flaws))
        lines.append(_fact("flaws", "", text, style="error"))
    for code, name, times in legend(content.text):
        lines.append(_fact(code, "", f"{name} ×{times:,}" if times > 1 else name, style="muted"))
    return [*lines, BLANK]


def _type(value: RawValue) -> str:
    if value.kind in ("text", "blob"):
        return f"{value.kind} · {value.size:,} byte{'s' if value.size != 1 else ''}"
    return "NULL" if value.kind == "null" else value.kind


def _fact(name: str, kind: str, text: str, *, style: str = "") -> Line:
    label = f"{escape(name)[0]:<{LABEL}}"
    shown, spans = escape(text)
    middle = f"{kind}  " if kind and text else kind
    start = len(label) + len(middle)
    styles = [Span(0, len(label), "label"), Span(len(label), start, "muted")]
    if style:
        styles.append(Span(start, start + len(shown), style))
    styles += [Span(start + span.start, start + span.end, span.style) for span in spans]
    return Line(label + middle + shown, tuple(styles), rest=" " * LABEL)
