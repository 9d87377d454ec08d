"""Edits of metadata: reads them, hands them to the sheets that change them, saves, undoes, tells what became of it.

What fails while an editor is open comes back to it as an ``Outcome``.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from store.domain import metadata_json as documents
from store.domain.strict_json import parse
from store.editing.editor import Editor, in_effect, next_to_undo
from store.editing.journal import Journal
from store.editing.outcomes import Contested, CutOff, Failed, Saved, Unknown
from store.errors import ConversationNotFound, MetadataRefused, StoreError, StoreLost
from tui.browser.host import NO_CONVERSATION
from tui.text.times import relative
from tui.text.visible import one_line

if TYPE_CHECKING:
    from store.editing.editor import Undone
    from store.editing.journal import Edit
    from store.editing.outcomes import Outcome, Save
    from store.records import Conversation
    from tui.browser.database_state import DatabaseState
    from tui.browser.host import Browser, Host
    from tui.browser.session import Session
    from tui.modals.metadata_editor import EditorScreen
    from tui.modals.past_edits import EditsScreen
    from tui.modals.rename import RenameScreen

FATE = "fate"
"""Group of the work of finding out what became of a save."""
LISTED = 200
"""Past edits that are listed at most."""
LOOK_S = 5.0
"""Seconds after the server is back in which it is found out what became of a save."""
UNKNOWN = "The connection was lost: whether it was saved is unknown. That is looked up once the server is back."


class MetadataEdits:
    """The edits of one database.

    Args:
        session: What the browser works with; its state tells where the journal is kept.
        host: Runs, says and asks.
        browser: Shows something else.
        database: Tells whether the file was replaced.
    """

    def __init__(self, session: Session, host: Host, browser: Browser, database: DatabaseState) -> None:
        self._session = session
        self._store = session.store
        self._editor = Editor(session.store, Journal(session.state.journal), session.origin.journal_key)
        self._host = host
        self._browser = browser
        self._database = database
        self._undoing = asyncio.Lock()
        self._passed: set[str] = set()

    def edit(self) -> None:
        """Edit the whole metadata of the current conversation."""
        if self._browser.current is not None:
            self._edit(self._browser.current)
        else:
            self._host.explain(NO_CONVERSATION)

    def rename(self) -> None:
        """Give the current conversation another title."""
        from tui.modals.rename import RenameScreen

        conversation = self._browser.current
        if conversation is not None:
            sheet = RenameScreen(conversation.title)
            sheet.subject = conversation.id
            fill = partial(self._fill_title, sheet, conversation)
            self._host.ask(sheet, partial(self._after, conversation), fill=fill)
        else:
            self._host.explain(NO_CONVERSATION)

    def undo(self) -> None:
        """Take the last edit back, and say what came of it; ask first if it was not made here."""
        self._host.write(self._undo_last)

    def list_edits(self) -> None:
        """List past edits; the picked one is undone."""
        from tui.modals.past_edits import EditsScreen

        sheet = EditsScreen(self._session.now(), self._session.tz)

        def take(edit: Edit | None) -> None:
            if edit is not None:
                self._host.write(partial(self._undo, edit))

        self._host.ask(sheet, take, fill=partial(self._fill_edits, sheet, self._browser.view.user))

    def _edit(self, conversation: Conversation) -> None:
        from tui.modals.metadata_editor import EditorScreen

        sheet = EditorScreen(conversation.title, self._session.origin.shown)
        sheet.subject = conversation.id
        fill = partial(self._fill_editor, sheet, conversation)
        self._host.ask(sheet, partial(self._after, conversation), fill=fill)

    async def _fill_editor(self, sheet: EditorScreen, conversation: Conversation) -> None:
        metadata = await self._store.read_metadata(conversation.id, conversation.user_id)
        sheet.fill(metadata, partial(self._save, conversation.id, conversation.user_id))

    async def _fill_title(self, sheet: RenameScreen, conversation: Conversation) -> None:
        metadata = await self._store.read_metadata(conversation.id, conversation.user_id)
        if metadata.refusal is not None:
            raise MetadataRefused(metadata.refusal)
        title = parse(metadata.text).get("title")
        if isinstance(title, str) and one_line(title) != title:
            self._host.say("The title has characters that a line cannot show; here it can be changed as JSON.")
            sheet.dismiss(None)
            self._edit(conversation)
            return
        naming = _Naming(metadata.text, partial(self._save, conversation.id, conversation.user_id))
        sheet.fill(title if isinstance(title, str) else "", naming.save)

    async def _fill_edits(self, sheet: EditsScreen, user: str) -> None:
        edits = [each for each in await self._editor.edits() if each.user_id in self._session.ids_of(user)][:LISTED]
        titles = {}
        for conversation_id in {edit.conversation_id for edit in edits}:
            try:
                titles[conversation_id] = (await self._store.get_conversation(conversation_id, user)).title
            except ConversationNotFound:
                continue
        sheet.fill(edits, titles, {edit.id for edit in edits} - {edit.id for edit in in_effect(edits)})

    async def _undo_last(self, agreed: str | None = None) -> None:
        """Take the last edit back; one that was not made here is named first, and taken back if that is agreed to.

        Args:
            agreed: The id of the edit that was agreed to.
        """
        async with self._undoing:
            users = self._session.ids_of(self._browser.view.user)
            edits = [each for each in await self._editor.edits() if each.user_id in users]
            edit = next_to_undo(edits, passed=self._passed)
            if edit is None:
                self._host.say("There is nothing to undo.")
                return
            try:
                if edit.id != agreed and not self._editor.is_made_here(edit):
                    await self._ask_to_undo(edit)
                    return
                is_done = await self._take_back(edit)
            except (ConversationNotFound, MetadataRefused) as error:
                is_done = False
                self._host.say(f"Not undone. {error}")
            if not is_done:
                # The next undo goes on with the edit before this one.
                self._passed.add(edit.id)

    async def _ask_to_undo(self, edit: Edit) -> None:
        """Name an edit that was not made here, and undo it if that is wanted.

        Raises:
            ConversationNotFound: its conversation is gone.
        """
        from tui.modals.question import Question

        conversation = await self._store.get_conversation(edit.conversation_id, edit.user_id)
        when = relative(edit.at, self._session.now(), self._session.tz)
        what = ", ".join(map(one_line, edit.fields)) or "nothing"
        about = f"It changed {what} in “{one_line(conversation.title)}”, {when}. Undo it?"
        question = Question("The last edit was not made here", about, yes="Undo it", no="Leave it")

        def take(is_agreed: bool | None) -> None:
            if is_agreed:
                self._host.write(partial(self._undo_last, edit.id))

        self._host.ask(question, take)

    async def _undo(self, edit: Edit) -> None:
        """Take an edit back that was picked."""
        async with self._undoing:
            await self._take_back(edit)

    async def _take_back(self, edit: Edit) -> bool:
        """Take an edit back and say what came of it; return whether anything was."""
        await self._reopen_if_lost()
        undone = await self._editor.undo(edit)
        conversation = await self._store.get_conversation(edit.conversation_id, edit.user_id)
        self._host.say(_told(edit, undone, conversation.title))
        await self._browser.renew(edit.conversation_id)
        return bool(undone.changes)

    async def _reopen_if_lost(self) -> None:
        if await self._database.reopen_if_lost():
            self._browser.reload()

    async def _save(self, conversation_id: str, user_id: str, new: str, expected: str) -> Outcome:
        """Save a document over the one that was shown."""
        try:
            await self._reopen_if_lost()
        except StoreError as error:
            return Failed(str(error))
        outcome = await self._editor.save_merged(conversation_id, user_id, new, expected)
        if not isinstance(outcome, CutOff):
            return outcome
        fate: asyncio.Future[Saved | Failed] = asyncio.get_running_loop().create_future()
        self._host.run(partial(self._find_out, outcome, fate), group=FATE)
        return Unknown(UNKNOWN, asyncio.shield(fate))

    async def _find_out(self, cut_off: CutOff, fate: asyncio.Future[Saved | Failed]) -> None:
        """Look up what became of a save whose end was cut off, once the server is back, and tell."""
        while not fate.done():
            try:
                # Should nothing else have noticed.
                await self._database.reopen_if_lost()
            except StoreLost as error:
                self._host.report_lost(error)
            except StoreError:
                pass
            await self._database.until_there()
            try:
                async with asyncio.timeout(LOOK_S):
                    fate.set_result(await self._editor.find_out(cut_off))
            except StoreLost:
                continue
            except (StoreError, TimeoutError) as error:
                fate.set_result(Failed(f"Whether it was saved cannot be told. {error}".rstrip()))
        self._host.say(_told_of_fate(fate.result()))
        self._host.run(partial(self._browser.renew, cut_off.edit.conversation_id), group="renew")

    def _after(self, conversation: Conversation, outcome: Saved | None) -> None:
        if outcome is None:
            return
        kept = f" What the agent changed meanwhile was kept: {', '.join(outcome.kept)}." if outcome.kept else ""
        said = f"Saved. z undoes it.{kept}" if outcome.is_ours else "The agent did the same; nothing was written."
        self._host.say(said)
        self._host.run(partial(self._browser.renew, conversation.id), group="renew")


def _told_of_fate(fate: Saved | Failed) -> str:
    """Return what became of a save whose end was cut off, in a sentence."""
    return "It was saved after all. z undoes it." if isinstance(fate, Saved) else fate.sentence


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
        if isinstance(outcome, Contested):
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
