"""Edits: reads the metadata, hands them to the screens that change them, saves, undoes, and tells what became of it.

The browser screen's right hand for everything that is written to a conversation; it alone calls this. What fails
while an editor is open comes back to it as an ``Outcome``; all other errors of the store pass through to the screen.
"""

from __future__ import annotations

import asyncio
import os
from functools import partial
from typing import TYPE_CHECKING

from store.domain import metadata_json as documents
from store.editing.editor import Editor, in_effect, next_to_undo
from store.editing.journal import Journal
from store.errors import ConversationNotFound, MetadataConflict, MetadataRefused, StoreError
from tui.model.metadata_draft import Conflict, Failed, Saved
from tui.text.visible import one_line

if TYPE_CHECKING:
    from pathlib import Path

    from store.contract.store import ConversationStore
    from store.editing.editor import Undone
    from store.editing.journal import Edit
    from store.records import Conversation
    from tui.browser.screen import BrowserScreen
    from tui.model.metadata_draft import Outcome, Save

LISTED = 200
"""Past edits that are listed at most."""
_TRIES = 5


class EditingDesk:
    """The way from keys to edits of one database.

    Args:
        store: The store of the database.
        journal: Where edits are kept.
        database: What to call the database in the journal: its path.
        browser: The screen that shows it.
    """

    def __init__(self, store: ConversationStore, journal: Path, database: str, browser: BrowserScreen) -> None:
        self._store = store
        self._editor = Editor(store, Journal(journal), os.path.realpath(database))
        self._browser = browser
        self._undoing = asyncio.Lock()
        self._passed: set[str] = set()

    async def edit(self, conversation: Conversation) -> None:
        """Edit the whole metadata of a conversation."""
        from tui.modals.metadata_editor import EditorScreen  # noqa: PLC0415 - deferred until asked for

        metadata = await self._store.read_metadata(conversation.id, conversation.user_id)
        screen = EditorScreen(
            conversation.title,
            metadata,
            partial(self._save, conversation.id, conversation.user_id),
            self._browser.path,
        )
        self._browser.app.push_screen(screen, partial(self._after, conversation))

    async def rename(self, conversation: Conversation) -> None:
        """Give a conversation another title."""
        from tui.modals.rename import RenameScreen  # noqa: PLC0415 - deferred until asked for

        metadata = await self._store.read_metadata(conversation.id, conversation.user_id)
        if metadata.refusal is not None:
            raise MetadataRefused(metadata.refusal)
        title = documents.parse(metadata.text).get("title")
        if isinstance(title, str) and one_line(title) != title:
            self._browser.tell("The title has characters that a line cannot show; here it can be changed as JSON.")
            await self.edit(conversation)
            return
        naming = _Naming(metadata.text, partial(self._save, conversation.id, conversation.user_id))
        screen = RenameScreen(title if isinstance(title, str) else "", conversation.title, naming.save)
        self._browser.app.push_screen(screen, partial(self._after, conversation))

    async def undo(self, edit: Edit | None = None) -> None:
        """Take an edit back, by default the last one, and say what came of it; one after the other."""
        async with self._undoing:
            if edit is not None:
                await self._take_back(edit)
                return
            edits = [each for each in await self._editor.edits() if each.user_id == self._browser.user]
            edit = next_to_undo(edits, passed=self._passed)
            if edit is None:
                self._browser.tell("There is nothing to undo.")
                return
            try:
                is_done = await self._take_back(edit)
            except (ConversationNotFound, MetadataRefused) as error:
                is_done = False
                self._browser.tell(f"Not undone. {error}")
            if not is_done:
                # The next undo goes on with the edit before this one.
                self._passed.add(edit.id)

    async def _take_back(self, edit: Edit) -> bool:
        """Take an edit back and say what came of it; return whether anything was."""
        await self._see_to_the_file()
        undone = await self._editor.undo(edit)
        conversation = await self._store.get_conversation(edit.conversation_id, edit.user_id)
        self._browser.tell(_told(edit, undone, conversation.title))
        await self._browser.renew(edit.conversation_id)
        return bool(undone.changes)

    async def list_edits(self) -> None:
        """List past edits; the picked one is undone."""
        from tui.modals.past_edits import EditsScreen  # noqa: PLC0415 - deferred until asked for

        user, browser = self._browser.user, self._browser
        edits = [each for each in await self._editor.edits() if each.user_id == user][:LISTED]
        if not edits:
            browser.tell("Nothing was edited yet.")
            return
        titles = {}
        for conversation_id in {edit.conversation_id for edit in edits}:
            try:
                titles[conversation_id] = (await self._store.get_conversation(conversation_id, user)).title
            except ConversationNotFound:
                continue
        undone = {edit.id for edit in edits} - {edit.id for edit in in_effect(edits)}
        screen = EditsScreen(edits, titles, undone, browser.now, browser.tz)
        browser.app.push_screen(screen, self._take_edit)

    def _take_edit(self, edit: Edit | None) -> None:
        if edit is not None:
            self._browser.do(partial(self.undo, edit), is_write=True)

    async def _see_to_the_file(self) -> None:
        if await self._browser.see_to_the_file():
            self._browser.action_reload()

    async def _save(self, conversation_id: str, user_id: str, new: str, expected: str) -> Outcome:
        """Save a document over the one that was shown; edits of other fields made meanwhile are kept."""
        kept: set[str] = set()
        try:
            for _ in range(_TRIES):
                await self._see_to_the_file()
                try:
                    await self._editor.save(conversation_id, user_id, new, expected)
                    return Saved(tuple(sorted(kept)))
                except MetadataConflict as error:
                    stored = error.stored or await self._store.read_metadata(conversation_id, user_id)
                if stored.refusal is not None:
                    return Failed(stored.refusal)
                merged = documents.merge(expected, stored.text, new)
                if merged.conflicts:
                    return Conflict(stored.text)
                kept.update(change.name for change in documents.changes(expected, stored.text))
                new, expected = merged.text, stored.text
                if not documents.changes(expected, new):
                    return Saved(is_ours=False)
        except StoreError as error:
            return Failed(str(error))
        return Failed("Another program keeps changing the metadata; try again when it is done.")

    def _after(self, conversation: Conversation, outcome: Saved | None) -> None:
        if outcome is None:
            return
        kept = f" What the agent changed meanwhile was kept: {', '.join(outcome.kept)}." if outcome.kept else ""
        said = f"Saved. z undoes it.{kept}" if outcome.is_ours else "The agent did the same; nothing was written."
        self._browser.tell(said)
        self._browser.do(partial(self._browser.renew, conversation.id))


class _Naming:
    """A title on its way into a document; after a conflict it goes into the one that is stored by then.

    Args:
        text: The document, as stored.
        save: Writes a new document over the one that was shown.
    """

    def __init__(self, text: str, save: Save) -> None:
        self._text = text
        self._save = save

    async def save(self, title: str | None) -> Outcome:
        """Save a title, or take it away."""
        new = documents.with_field(self._text, "title", None if title is None else documents.quoted(title))
        outcome = await self._save(new, self._text)
        if isinstance(outcome, Conflict):
            self._text = outcome.theirs
        return outcome


def _told(edit: Edit, undone: Undone, title: str) -> str:
    """Return what an undo did, in a sentence."""
    back = ", ".join(change.name for change in undone.changes)
    kept = ", ".join(conflict.name for conflict in undone.kept)
    where = f"in “{one_line(title)}”"
    if back and kept:
        return f"Undone {where}: {back}. Changed again since, and left as it is: {kept}."
    if back:
        return f"{'Done again' if edit.undoes else 'Undone'} {where}: {back}."
    return f"Nothing undone {where}: {kept} was changed again since." if kept else f"That is undone already {where}."
