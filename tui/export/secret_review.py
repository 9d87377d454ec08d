"""What looks like a secret in an export, gathered before a byte of it is written, and what was decided about each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.contract.stored_rows import StoredConversation, StoredMessage
from tui.export import rewriting
from tui.export.masking import Masker
from tui.export.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tui.export.rewriting import Change
    from tui.export.secrets import Find

MOST = 5000
"""Secrets that are gathered one by one; what is beyond can only be decided by its kind."""
AROUND = 160
"""Characters of context kept on each side."""


@dataclass(slots=True)
class Suspect:
    """One secret, wherever it occurs."""

    kind: Secret
    secret: str
    title: str
    """The conversation in which it was seen first."""
    at: datetime | None
    """When that message was written."""
    before: str
    after: str
    count: int = 1
    is_masked: bool = True


class Review:
    """Gathers secrets, and remembers what was decided about them; undecided ones are masked."""

    def __init__(self) -> None:
        self._suspects: dict[tuple[Secret, str], Suspect] = {}
        self._kinds: dict[Secret, bool] = {}
        self.left_out: dict[Secret, int] = {}
        """How often secrets occur, by kind, of which there are too many to be shown."""
        self._title = ""
        self._at: datetime | None = None

    @property
    def suspects(self) -> list[Suspect]:
        """Return what was found, by kind, in the order in which it was seen."""
        order = list(Secret)
        return sorted(self._suspects.values(), key=lambda suspect: order.index(suspect.kind))

    def add(self, part: StoredConversation | tuple[StoredMessage, ...]) -> None:
        """Look through rows."""
        if isinstance(part, StoredConversation):
            self._title, self._at = part.conversation.title, part.conversation.started_at
            rewriting.values(part.values, self._note)
            return
        for row in part:
            self._at = row.message.created_at
            rewriting.values(row.values, self._note)

    def decide(self, suspect: Suspect, *, is_masked: bool) -> None:
        """Decide about one secret."""
        suspect.is_masked = is_masked

    def decide_all(self, kind: Secret, *, is_masked: bool) -> None:
        """Decide about every secret of a kind, those that were not shown too."""
        self._kinds[kind] = is_masked
        for suspect in self._suspects.values():
            if suspect.kind is kind:
                suspect.is_masked = is_masked

    def masker(self) -> Masker:
        """Return what masks as was decided; what turns up only now is masked unless its kind is kept."""
        return Masker(self._is_masked)

    def _is_masked(self, kind: Secret, secret: str) -> bool:
        suspect = self._suspects.get((kind, secret))
        return self._kinds.get(kind, True) if suspect is None else suspect.is_masked

    def _note(self, text: str, found: Sequence[Find]) -> tuple[Change, ...]:
        for start, end, kind in found:
            secret = text[start:end]
            known = self._suspects.get((kind, secret))
            if known is not None:
                known.count += 1
            elif len(self._suspects) < MOST:
                before, after = text[max(start - AROUND, 0) : start], text[end : end + AROUND]
                self._suspects[kind, secret] = Suspect(kind, secret, self._title, self._at, before, after)
            else:
                self.left_out[kind] = self.left_out.get(kind, 0) + 1
        return ()
