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

    from store.contract.stored_rows import StoredConversation, StoredMessage
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
        message = row.message
        said = wording.taken_apart(message)
        if day := self._days.turn(message.created_at):
            yield f"\n──── {day} ────\n"
        flaws = f" ⚠ {said.flaws}" if said.flaws else ""
        yield f"\n── {wording.role(message)} · {times.full(message.created_at, self._facts.zone)}{flaws}\n"
        if said.calls is not None:
            yield f"{summary_line(said.calls)}\n"
            for line in tool_lines(said.calls):
                yield f"{line.first}{line.text}\n"
        elif said.text:
            yield f"{visible(said.text)}\n"
        elif not said.attachments:
            yield "(empty message)\n"
        for attachment in said.attachments:
            yield f"{card(attachment)}\n"
            for row_of_text in visible(attachment.body).split("\n"):
                yield f"  {row_of_text}\n"

    def end(self, counts: Counts) -> Iterator[str]:
        """Yield what the file holds."""
        yield f"\n{_RULE}\n{wording.outcome(counts)}\n"
