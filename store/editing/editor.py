"""Edit metadata so that nothing is lost: the journal first, then the store, then the journal's word that it was done.

For editors; it knows no screen and no SQL.
"""

from __future__ import annotations

import asyncio
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from store.core.uninterrupted import to_completion
from store.domain.metadata_json import Change, FieldConflict, Merge, changes, merge
from store.domain.strict_json import DocumentError
from store.editing.journal import Edit
from store.editing.outcomes import Contested, CutOff, Failed, Saved
from store.errors import (
    CommitFailed,
    ConversationNotFound,
    DatabaseBusy,
    DatabaseReplaced,
    DuplicateThread,
    JournalFailed,
    MetadataConflict,
    MetadataRefused,
    ReadOnlyStore,
    StoreError,
    StoreLost,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from store.contract.store import ConversationStore
    from store.editing.journal import Journal
    from store.records import Metadata

_TRIES = 5
_RESTLESS = "Another program keeps changing the metadata; try again when it is done."
_NOT_SAVED = "It was not saved: the connection was lost before. Save it again."
_WRITTEN_OVER = "Another program has written to the same fields since; look at what is stored, then save again."
_NOT_MADE = (
    CommitFailed,
    ConversationNotFound,
    DatabaseBusy,
    DatabaseReplaced,
    DuplicateThread,
    JournalFailed,
    MetadataConflict,
    MetadataRefused,
    ReadOnlyStore,
)
"""Failures after which it is certain that nothing was written."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did."""

    changes: tuple[Change, ...]
    """The fields that were put back; none if nothing of the edit was left."""
    kept: tuple[FieldConflict, ...]
    """The fields that stay as they are, because they were changed again since; ``mine`` is what they had been."""


def undone(edit: Edit, stored: str) -> Merge:
    """Return a document with an edit taken back, except for fields that were changed again since: the conflicts.

    Raises:
        DocumentError: a text is no document.
    """
    return merge(base=edit.after, theirs=stored, mine=edit.before)


def in_effect(edits: Iterable[Edit]) -> list[Edit]:
    """Return those of the edits, newest first, that no later edit took back."""
    found = []
    taken_back = set()
    for edit in edits:
        if edit.id not in taken_back:
            found.append(edit)
            taken_back.add(edit.undoes)
    return found


def next_to_undo(edits: Iterable[Edit], *, passed: Collection[str] = ()) -> Edit | None:
    """Return the newest of the edits, newest first, that is in effect and is no undo itself.

    Args:
        edits: The edits of a journal.
        passed: Ids of edits that could not be taken back.
    """
    return next((edit for edit in in_effect(edits) if edit.undoes is None and edit.id not in passed), None)


class Editor:
    """Saves edits of one database and takes them back.

    Args:
        store: The store of the database.
        journal: Where edits are kept.
        database: What to call the database in the journal: its path.
    """

    def __init__(self, store: ConversationStore, journal: Journal, database: str) -> None:
        self._store = store
        self._journal = journal
        self._database = database
        self._running: set[str] = set()
        self._made: set[str] = set()

    async def save(
        self, conversation_id: str, user_id: str, new: str, expected: str, *, undoes: str | None = None
    ) -> Metadata:
        """Store the whole metadata, if what is stored still is ``expected``, and keep the edit in the journal.

        Whatever happens meanwhile, a cancel too: ``edits`` tells afterwards whether it was made.

        Args:
            conversation_id: Which conversation.
            user_id: Whose it must be.
            new: The document to store, as JSON text.
            expected: What is stored so far, as JSON text.
            undoes: The id of the edit that is taken back by it.

        Raises:
            JournalFailed: the journal cannot be written; nothing was saved.
            StoreError: as ``ConversationStore.save_metadata``.
        """
        return await self._make(self._edit(conversation_id, user_id, new, expected, undoes))

    def _edit(self, conversation_id: str, user_id: str, new: str, expected: str, undoes: str | None = None) -> Edit:
        return Edit(
            id=str(uuid.uuid4()),
            at=datetime.now(UTC),
            database=self._database,
            conversation_id=conversation_id,
            user_id=user_id,
            before=expected,
            after=new,
            undoes=undoes,
        )

    async def _make(self, edit: Edit) -> Metadata:
        self._running.add(edit.id)
        self._made.add(edit.id)
        try:
            await to_completion(asyncio.to_thread(self._journal.begin, edit))
            saved = await self._store.save_metadata(edit.conversation_id, edit.user_id, edit.after, edit.before)
        except _NOT_MADE:
            await to_completion(self._note(edit, is_made=False))
            raise
        except BaseException:
            await to_completion(self._settle(edit))
            raise
        else:
            await to_completion(self._note(edit, is_made=True))
            return saved
        finally:
            self._running.discard(edit.id)

    async def save_merged(
        self, conversation_id: str, user_id: str, new: str, expected: str
    ) -> Saved | Contested | Failed | CutOff:
        """Save a document over the one that was shown; changes of other fields made meanwhile are kept.

        Args:
            conversation_id: Whose metadata.
            user_id: Whose conversation.
            new: The document that is wanted.
            expected: The document that was shown, of which ``new`` is an edit.
        """
        text, against = new, expected
        kept: tuple[str, ...] = ()
        try:
            for _ in range(_TRIES):
                edit = self._edit(conversation_id, user_id, text, against)
                try:
                    await self._make(edit)
                    return Saved(kept)
                except DatabaseReplaced as error:
                    return Failed(str(error))
                except StoreLost:
                    return CutOff(edit, kept)
                except MetadataConflict as error:
                    stored = error.stored or await self._store.read_metadata(conversation_id, user_id)
                if stored.refusal is not None:
                    return Failed(stored.refusal)
                merged = merge(base=expected, theirs=stored.text, mine=new)
                if merged.conflicts:
                    return Contested(stored.text, merged)
                if not changes(stored.text, merged.text):
                    return Saved(is_ours=False)
                text, against = merged.text, stored.text
                kept = tuple(sorted(change.name for change in changes(expected, stored.text)))
        except StoreError as error:
            return Failed(str(error))
        return Failed(_RESTLESS)

    async def find_out(self, cut_off: CutOff) -> Saved | Failed:
        """Tell whether an edit is stored whose end was cut off, by the document that it wrote.

        Raises:
            StoreError: what is stored cannot be read.
        """
        is_made = await self._look(cut_off.edit)
        if is_made:
            return Saved(cut_off.kept)
        return Failed(_NOT_SAVED if is_made is not None else _WRITTEN_OVER)

    async def undo(self, edit: Edit) -> Undone:
        """Take an edit back, but nothing that was written since; undoing an undo does the edit again.

        Writes nothing, in the journal neither, if nothing of the edit is left to be taken back.

        Raises:
            MetadataRefused: what is stored by now must not be edited.
            StoreError: as ``save``.
        """
        for _ in range(_TRIES):
            stored = await self._store.read_metadata(edit.conversation_id, edit.user_id)
            if stored.refusal is not None:
                raise MetadataRefused(stored.refusal)
            try:
                merged = undone(edit, stored.text)
            except DocumentError:
                raise MetadataRefused("The journal's entry of this edit is damaged; it cannot be undone.") from None
            if not changes(stored.text, merged.text):
                return Undone((), merged.conflicts)
            with suppress(MetadataConflict):
                await self.save(edit.conversation_id, edit.user_id, merged.text, stored.text, undoes=edit.id)
                return Undone(tuple(changes(stored.text, merged.text)), merged.conflicts)
        raise MetadataConflict(_RESTLESS)

    def is_made_here(self, edit: Edit) -> bool:
        """Tell whether an edit was made by this editor, not by another process or earlier."""
        return edit.id in self._made

    async def edits(self) -> list[Edit]:
        """Return the edits of this database, newest first, after finding out about those that broke off.

        One whose fate cannot be found out is not confirmed.

        Raises:
            JournalFailed: the journal cannot be read.
        """
        found = await asyncio.to_thread(self._journal.edits, self._database)
        broken_off = [edit for edit in found if not edit.is_confirmed and edit.id not in self._running]
        if not broken_off:
            return found
        for edit in broken_off:
            await self._settle(edit)
        return await asyncio.to_thread(self._journal.edits, self._database)

    async def _settle(self, edit: Edit) -> None:
        """Find out whether an edit was made, if that can be found out now."""
        with suppress(StoreError, DocumentError):
            await self._look(edit)

    async def _look(self, edit: Edit) -> bool | None:
        """Tell whether an edit was made, by what is stored, and tell the journal; ``None`` if that does not say."""
        stored = (await self._store.read_metadata(edit.conversation_id, edit.user_id)).text
        try:
            if merge(base=edit.before, theirs=stored, mine=edit.after) == Merge(stored):
                is_made = True
            elif undone(edit, stored) == Merge(stored):
                is_made = False
            else:
                return None
        except DocumentError:
            return None
        await self._note(edit, is_made=is_made)
        return is_made

    async def _note(self, edit: Edit, *, is_made: bool) -> None:
        """Tell the journal; what it cannot take down now is found out again later."""
        with suppress(JournalFailed):
            await asyncio.to_thread(self._journal.confirm if is_made else self._journal.withdraw, edit.id)
