"""The outline of the open conversation: finds its questions in steps, newest first, and goes to the picked one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from store.domain.query import parse_query
from store.domain.search_results import Places
from store.domain.turns import USER
from store.errors import NotUnderstood
from tui.config.date_order import date_order
from tui.text.query_hint import hint_of

if TYPE_CHECKING:
    from store.domain.query import Query
    from store.records import Conversation, MessageCursor
    from tui.browser.host import Host
    from tui.browser.reading_pane import ReadingPane
    from tui.browser.session import Session
    from tui.modals.outline_screen import OutlineScreen

GROUP = "outline"
"""Group of the work of looking for questions, of which there is one at a time."""


class ThreadOutline:
    """The questions of the open conversation.

    Args:
        session: What the browser works with.
        host: Runs, says and asks.
        reading: The pane with the open conversation.
    """

    def __init__(self, session: Session, host: Host, reading: ReadingPane) -> None:
        self._session = session
        self._host = host
        self._reading = reading

    def open(self) -> None:
        """List the questions of the open conversation, to go to one."""
        from tui.modals.outline_screen import OutlineScreen

        conversation, current = self._reading.conversation, self._reading.transcript.current_message
        if conversation is None:
            self._host.explain("There is nothing open to outline.")
            return
        sheet = OutlineScreen(
            conversation.title,
            ask=lambda typed: self._look(sheet, conversation, typed),
            want=lambda cursors: self._want(sheet, conversation, cursors),
            now=self._session.now(),
            tz=self._session.tz,
            here=current.cursor if current is not None else None,
        )
        self._host.ask(sheet, self._take)
        self._look(sheet, conversation, "")

    def _look(self, sheet: OutlineScreen, conversation: Conversation, typed: str) -> None:
        self._host.stop(GROUP, owner=sheet)
        try:
            query = parse_query(f"role:{USER} {typed}", self._session.now(), self._session.tz, date_order())
        except NotUnderstood as error:
            sheet.refuse(str(error))
            return
        self._host.run(partial(self._find, sheet, conversation, query), group=GROUP, exclusive=True, owner=sheet)

    async def _find(self, sheet: OutlineScreen, conversation: Conversation, query: Query) -> None:
        from tui.modals.outline_screen import Progress

        places, hint = Places(), hint_of(query, is_find=True)
        searched, total = 0, None
        async with self._session.store.find(query, conversation.id, conversation.user_id) as running:
            async for batch in running:
                places.add(batch.hits)
                searched, total = batch.searched, batch.total
                sheet.show(query, places, Progress(searched, total), hint)
        sheet.show(query, places, Progress(searched, total, is_done=True), hint)

    def _want(self, sheet: OutlineScreen, conversation: Conversation, cursors: list[MessageCursor]) -> None:
        self._host.run(partial(self._describe, sheet, conversation, cursors), group="outline-rows", owner=sheet)

    async def _describe(self, sheet: OutlineScreen, conversation: Conversation, cursors: list[MessageCursor]) -> None:
        from tui.widgets.question_list import QuestionRow

        timeline = self._reading.loader.timeline
        if timeline is None or timeline.conversation_id != conversation.id:
            return
        for cursor in cursors:
            position = await timeline.position(cursor)
            if position is None:
                continue
            part = await timeline.slice(position, position + 1)
            if part.messages:
                message = part.messages[0]
                turn = timeline.turns.number(position)
                sheet.questions.describe({cursor: QuestionRow(message.content, message.created_at, turn)})

    def _take(self, cursor: MessageCursor | None) -> None:
        if cursor is not None:
            work = partial(self._go, cursor)
            self._host.run(work, group="go-to", exclusive=True, owner=self._reading, holds_keys=True)

    async def _go(self, cursor: MessageCursor) -> None:
        position = await self._reading.loader.seek(cursor)
        if position is not None:
            self._reading.transcript.go_to(position)
