"""What a stored message, or a summary of many, means: JSON in, the records of the store out. Pure, and never raises.

Kinds and statuses are IronClaw's own; one that is not known keeps its name and is shown as it is stored. Tool calls
take the form that 0.24 stores them in, attachments that of its messages, so that both lives are drawn alike.
"""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from store.core.stored_values import cut, decode
from store.domain.timestamps import instant, parse
from store.domain.turns import TOOL_CALLS
from store.records import SOUND, Flaw, Message, MessageCursor

if TYPE_CHECKING:
    from store.ironclaw1.addresses import Thread

CARD, CALL, SUMMARY = "capability_display_preview", "tool_result_reference", "summary"
"""Kinds: what people see of a tool call, what the model does, and the summary of a part of the thread."""
DAMAGED = "damaged"
"""The role of a record that cannot be read."""
REDACTED = "redacted"

SPOKEN = ("user", "assistant", "system")
"""Kinds of what somebody says."""
_STATES = {
    "accepted": "",
    "submitted": "",
    "finalized": "",
    "queued": "waiting",
    "rejected_busy": "not accepted (busy)",
    "deferred_busy": "not accepted (busy)",
    "draft": "unfinished",
    "interrupted": "unfinished",
}
"""Statuses in words, nothing for the usual ones."""
_ATTACHMENTS_ONLY = "__ironclaw_attachments_only_v1__"
_CHILD = "subagent-result:"
_RANKS, _SUMMARY_RANK = 64, 32
_MOST_SEQUENCES = 2**55
_LAST_PLACES = 2**62


class Record(NamedTuple):
    """A message or a summary as it is stored; made by ``record_of``."""

    text: str
    fields: dict[str, Any]
    """The object that the text is; empty for what is none."""
    kind: str
    """What it is."""

    @property
    def id(self) -> str | None:
        """Return the id that it gives itself."""
        return _text(self.fields, "message_id") or _text(self.fields, "summary_id")

    @property
    def is_hidden_from_readers(self) -> bool:
        """Tell whether what it said was taken back."""
        return _text(self.fields, "status") in (REDACTED, "deleted")

    @property
    def said(self) -> str:
        """Return its content, empty where there is none."""
        content = _text(self.fields, "content")
        return "" if content is None or content == _ATTACHMENTS_ONLY else content

    @property
    def source(self) -> str:
        """Return what it came through."""
        return _text(self.fields, "source_binding_id") or ""


def record_of(stored: object) -> Record:
    """Return a stored value as a record."""
    text = decode(stored) if isinstance(stored, bytes) else "" if stored is None else str(stored)
    return record_with(object_in(text) or {}, text)


def record_with(fields: dict[str, Any], text: str = "") -> Record:
    """Return the record with some fields, and the text that they were read from."""
    return Record(text, fields, SUMMARY if "summary_id" in fields else _text(fields, "kind") or "")


def object_in(text: str | None) -> dict[str, Any] | None:
    """Return the JSON object that a text is, ``None`` if it is none."""
    if not text:
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def sequence_of(record: Record, thread_id: str) -> int | None:
    """Return a message's place in its thread, ``None`` if it tells none, or is another thread's."""
    sequence = record.fields.get("sequence")
    if not isinstance(sequence, int) or isinstance(sequence, bool) or not -1 < sequence < _MOST_SEQUENCES:
        return None
    return sequence if record.id and _text(record.fields, "thread_id") == thread_id else None


def message_tie(sequence: int, later: int) -> int:
    """Return the tie of a message of which so many later ones have, against the rules, the same sequence."""
    return sequence * _RANKS + max(_SUMMARY_RANK - 1 - later, 0)


def summary_tie(record: Record, earlier: int) -> int | None:
    """Return the tie of a summary: behind the last message that it covers, after so many other summaries there."""
    end = record.fields.get("end_sequence")
    if not isinstance(end, int) or isinstance(end, bool) or not -1 < end < _MOST_SEQUENCES:
        return None
    return end * _RANKS + min(_SUMMARY_RANK + earlier, _RANKS - 1)


def covered(record: Record) -> range:
    """Return the sequences that a summary covers, none for a message."""
    start, end = record.fields.get("start_sequence"), record.fields.get("end_sequence")
    if record.kind != SUMMARY or not isinstance(start, int) or not isinstance(end, int):
        return range(0)
    return range(start, end + 1)


def last_tie(row: int) -> int:
    """Return the tie of what tells no place: behind all that does."""
    return _LAST_PLACES + row


def sequence_in(tie: int) -> int:
    """Return the sequence that a tie carries."""
    return tie // _RANKS


def call_reference(record: Record) -> str | None:
    """Return what the two records of one tool call have in common."""
    return _text(object_in(record.said) or {}, "result_ref") if record.kind in (CARD, CALL) else None


def role_of(record: Record) -> str:
    """Return who speaks, or what kind of record it is."""
    kind = record.kind
    if not record.fields:
        return DAMAGED
    if kind in (CARD, CALL) or _is_of_child(record):
        return TOOL_CALLS
    return kind or DAMAGED


def _is_of_child(record: Record) -> bool:
    """Tell whether it has the result of a child agent."""
    return record.kind == "system" and record.source.startswith(_CHILD)


def content_of(
    record: Record, *, call: Record | None = None, has_reasons: bool = True, is_covering_redacted: bool = False
) -> str:
    """Return what a record says, as the screen draws it.

    Args:
        record: The record.
        call: What the model sees of a tool call, where the record is the card of it.
        has_reasons: Whether to tell why a tool was called, and with which arguments.
        is_covering_redacted: Whether a summary covers messages that were taken back.
    """
    kind = record.kind
    if kind in SPOKEN and not _is_of_child(record):
        return record.said + _attachments(record.fields.get("attachments"))
    if not record.fields:
        return record.text
    if kind == SUMMARY:
        return "[redacted]" if is_covering_redacted else record.said
    if kind in (CARD, CALL) and record.said:
        document = object_in(record.said)
        if document is None:
            return record.said
        if kind == CALL:
            return _calls(_call(record, document) | ({} if has_reasons else {"rationale": ""}))
        card = _card(document)
        if call is not None:
            why = (card["rationale"], _call(call, {})["rationale"])
            card["rationale"] = "\n".join(filter(None, why))
        return _calls(card)
    if _is_of_child(record):
        return _calls({"name": "child agent", "result": record.said})
    return record.said or ("" if record.is_hidden_from_readers else record.text)


def state_of(record: Record) -> str:
    """Return what became of a message in words, empty for the usual."""
    status = _text(record.fields, "status") or ""
    return _STATES.get(status, status)


def message_of(
    record: Record,
    thread: Thread,
    tie: int,
    *,
    row: int = 0,
    limit: int | None = None,
    call: Record | None = None,
    has_reasons: bool = True,
    is_covering_redacted: bool = False,
) -> Message:
    """Return a record as a message of a thread.

    Args:
        record: The record.
        thread: Whose folder it lies in.
        tie: Its place.
        row: What names it where it has no id.
        limit: Bytes of its content that are kept; ``None`` for all.
        call: What the model sees of a tool call, where the record is the card of it.
        has_reasons: Whether to tell why a tool was called, and with which arguments.
        is_covering_redacted: Whether a summary covers messages that were taken back.
    """
    flaws: set[Flaw] = set()
    created_at = parse(record.fields.get("created_at"))
    if record.fields.get("created_at") is not None and created_at is None:
        flaws.add(Flaw.TIME)
    role, content = (
        role_of(record),
        content_of(record, call=call, has_reasons=has_reasons, is_covering_redacted=is_covering_redacted),
    )
    if role == DAMAGED or (record.kind != SUMMARY and sequence_of(record, thread.id) is None):
        flaws.add(Flaw.RECORD)
        content = content or record.text
    if "\0" in content:
        flaws.add(Flaw.NUL)
    size = len(content) if content.isascii() else len(content.encode("utf-8", "surrogatepass"))
    is_whole = limit is None or size <= limit
    return Message(
        record.id or f"#{row}",
        thread.key,
        role,
        content if is_whole or limit is None else cut(content, limit),
        created_at,
        MessageCursor(instant(created_at), tie),
        size,
        is_whole,
        frozenset(flaws) if flaws else SOUND,
        state_of(record),
    )


def _card(document: dict[str, Any]) -> dict[str, Any]:
    """Return what people see of a tool call in 0.24's words."""
    status = _text(document, "status") or ""
    is_bad = status in ("failed", "killed")
    summary = _text(document, "output_summary")
    output = _text(document, "output_preview")
    if output and document.get("truncated") is True:
        output += "\n…"
    return {
        "name": _text(document, "title") or _text(document, "capability_id") or "",
        "call_id": _text(document, "subtitle") or _text(document, "invocation_id"),
        "rationale": _text(document, "input_summary"),
        "result_preview": None if is_bad else summary,
        "result": output,
        "error": (summary or status) if is_bad else None,
    }


def _call(record: Record, document: dict[str, Any]) -> dict[str, Any]:
    """Return what the model sees of a tool call in 0.24's words: why it was made, with which arguments."""
    call = record.fields.get("tool_result_provider_call")
    call = call if isinstance(call, dict) else {}
    reasons = [_text(call, "response_reasoning"), _text(call, "reasoning")]
    arguments = call.get("arguments")
    if arguments is not None:
        reasons.append(arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False))
    return {
        "name": _text(call, "provider_tool_name") or _text(call, "capability_id") or "",
        "call_id": _text(call, "provider_call_id"),
        "rationale": "\n".join(filter(None, reasons)),
        "result_preview": _text(document, "safe_summary"),
    }


def _calls(call: dict[str, Any]) -> str:
    return json.dumps({"calls": [{key: value for key, value in call.items() if value}]}, ensure_ascii=False)


def _attachments(stored: object) -> str:
    """Return attachments as 0.24 writes them behind a text."""
    files = [each for each in stored if isinstance(each, dict)] if stored and isinstance(stored, list) else []
    if not files:
        return ""
    pieces = []
    for number, file in enumerate(files, 1):
        facts = {
            "index": str(number),
            "type": _text(file, "kind"),
            "filename": _text(file, "filename"),
            "mime": _text(file, "mime_type"),
            "size": str(file["size_bytes"]) if isinstance(file.get("size_bytes"), int) else None,
        }
        head = "".join(f' {name}="{html.escape(value)}"' for name, value in facts.items() if value)
        pieces.append(f"<attachment{head}>{html.escape(_text(file, 'extracted_text') or '')}</attachment>")
    return "\n\n<attachments>\n" + "\n".join(pieces) + "\n</attachments>"


def _text(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) else None
