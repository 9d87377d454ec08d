"""An export as plain text, to be read in any pager; nothing in it can harm a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.export import wording
from tui.text import times
from tui.text.message.attachments import card
from tui.text.message.tool_call_lines import summary_line, tool_lines
from tui.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from store.contract.stored_rows import StoredConversation, StoredMessage
    from store.records import Message
    from tui.export.export_format import Counts, Facts

_RULE = "═" * 78


class TextWriter:
    """Writes conversations one after the other, each message below who spoke and when."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._days = wording.Days(facts.zone)

    def begin(self) -> Iterator[str]:
        """Yield what the file is."""
        yield f"{wording.origin(self._facts)}\n"

    def conversation(self, row: StoredConversation) -> Iterator[str]:
        """Yield the head of a conversation."""
        self._days.forget()
        shown = row.conversation
        yield f"\n{_RULE}\n{wording.title(shown)}\n{wording.about(shown, self._facts.zone)}\n{_RULE}\n"

    def message(self, row: StoredMessage) -> Iterator[str]:
        """Yield a message."""
        if day := self._days.turn(row.message.created_at):
            yield f"\n──── {day} ────\n"
        yield f"\n{message_text(row.message, self._facts.zone)}"

    def follow(self, message: Message) -> None:
        """Go on as if a message had been written."""
        self._days.turn(message.created_at)

    def end(self, counts: Counts) -> Iterator[str]:
        """Yield what the file holds."""
        yield f"\n{_RULE}\n{wording.outcome(counts)}\n"


def message_text(message: Message, zone: tzinfo) -> str:
    """Return a message below who spoke and when, its last line ended."""
    said = wording.taken_apart(message)
    flaws = f" ⚠ {said.flaws}" if said.flaws else ""
    lines = [f"── {wording.role(message)} · {times.full(message.created_at, zone)}{flaws}"]
    if said.calls is not None:
        lines += [summary_line(said.calls), *(f"{line.first}{line.text}" for line in tool_lines(said.calls))]
    elif said.text:
        lines.append(visible(said.text))
    elif not said.attachments:
        lines.append("(empty message)")
    for attachment in said.attachments:
        lines += [card(attachment), *(f"  {row}" for row in visible(attachment.body).split("\n"))]
    return "\n".join(lines) + "\n"
