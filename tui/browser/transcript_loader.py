"""Reads from the timeline of the open conversation what the transcript asks for, and hands it over."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from store.domain.moments import Stretch, TurnPlace
from store.domain.timestamps import moment_of
from store.domain.turns import TOOL_CALLS
from store.records import HEAD_BYTES, UNREADABLE
from tui.model.message_pages import PAGE, READ_MORE_FACTOR, next_limit
from tui.widgets.message_layout import selected_messages

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from store.contract.store import ConversationStore
    from store.contract.timeline import Timeline
    from store.domain.moments import Destination
    from store.domain.query import Query
    from store.records import Conversation, Message, MessageCursor, MessageSlice
    from tui.widgets.shared_messages import MessagesWanted
    from tui.widgets.transcript import Transcript

MOST_COPIED = 5000
"""Messages copied at most."""
AROUND_MATCH = 2000
"""Characters of a long message that are shown after a match."""


class SelectedText(NamedTuple):
    """What is selected, as stored."""

    text: str
    taken: int
    """How many messages it is from."""
    selected: int
    """How many were selected."""


class Edges(NamedTuple):
    """Where selected messages lie."""

    first: MessageCursor
    last: MessageCursor
    messages: int


class TranscriptLoader:
    """The open timeline, and the transcript that shows it.

    Args:
        store: Where messages come from.
        transcript: The widget that shows them.
        on_change: Called with the timeline when messages came last, or positions moved, and with the messages that
            came.
    """

    def __init__(
        self,
        store: ConversationStore,
        transcript: Transcript,
        on_change: Callable[[Timeline, MessageSlice | None], Awaitable[None]],
    ) -> None:
        self._store = store
        self._transcript = transcript
        self._on_change = on_change
        self._timeline: Timeline | None = None

    @property
    def timeline(self) -> Timeline | None:
        """Return the messages of the shown conversation."""
        return self._timeline

    @property
    def is_open(self) -> bool:
        """Tell whether a conversation is being shown."""
        return self._timeline is not None

    @property
    def counted(self) -> int | None:
        """Return how many messages the shown conversation has, ``None`` as long as that is not known."""
        return self._timeline.total if self._timeline is not None and self._timeline.is_counted else None

    @property
    def is_complete(self) -> bool:
        """Tell whether the order of the shown conversation is known to its end."""
        return self._timeline is not None and self._timeline.is_complete

    async def newest(self, conversation: Conversation, user: str) -> tuple[Timeline, MessageSlice]:
        """Read the newest messages of a conversation that is to be shown."""
        timeline = await self._store.timeline(conversation.id, user)
        return timeline, await timeline.slice(_newest_start(timeline.total), timeline.total)

    def open(self, conversation: Conversation, timeline: Timeline, newest: MessageSlice) -> None:
        """Show a conversation at its newest message."""
        self._timeline = timeline
        self._transcript.open(conversation, newest)

    def close(self) -> None:
        """Show nothing."""
        self._timeline = None
        self._transcript.close()

    async def complete_order(self) -> None:
        """Read the rest of the order in short steps, correct what was shown out of order, and number the turns."""
        timeline = self._timeline
        if timeline is None:
            return
        is_complete = False
        while not is_complete:
            was_counted = timeline.is_counted
            is_complete = await timeline.advance()
            shown = self._transcript.revision, self._transcript.total
            # The true number is shown at once; where a message lies out of order, when all of them are known.
            if (is_complete or not was_counted) and shown != (timeline.revision, timeline.total):
                await self._correct_order(timeline)
        while not await timeline.number_turns():
            pass
        if timeline is self._timeline and timeline.revision == self._transcript.revision:
            self._transcript.show_turns(timeline.turns)

    async def fill(self, wanted: MessagesWanted) -> None:
        """Hand the transcript the messages it asked for, unless another conversation was opened since."""
        timeline = self._timeline
        is_answered = False
        try:
            if timeline is None or timeline.conversation_id != wanted.conversation_id:
                return
            part = await timeline.slice(wanted.start, wanted.until)
            if timeline is self._timeline and part.revision != self._transcript.revision:
                await self._correct_order(timeline)
            elif timeline is self._timeline:
                self._transcript.fill(part)
                is_answered = True
        finally:
            if not is_answered:
                self._transcript.answer_failed()

    async def read_more(self, message: Message, limit: int | None = None) -> None:
        """Hand the transcript more of a long message, up to so many bytes or the next step."""
        self._transcript.replace(await self._store.read_message(message, limit=limit or next_limit(message)))

    async def read_to_match(self, message: Message, query: Query, *, is_last: bool) -> bool:
        """Hand the transcript as much of a long message as its next match takes; return whether there is one.

        Args:
            message: The message as far as it is shown.
            query: What is sought.
            is_last: Whether the last match is meant instead of the next.
        """
        from tui.text.shown_matches import end_of_match

        whole = await self._store.read_message(message)
        shown = len(message.content)
        end = await asyncio.to_thread(end_of_match, whole.content, query, shown, is_last=is_last)
        if end is None:
            return False
        stop = max(end + AROUND_MATCH, min(shown * READ_MORE_FACTOR, shown + HEAD_BYTES))
        if stop < len(whole.content) and message.role != TOOL_CALLS:
            whole = replace(whole, content=whole.content[:stop], is_whole=False)
        self._transcript.replace(whole)
        return True

    async def selected(self) -> SelectedText | None:
        """Return the text of what is selected, whether held or not; ``None`` if nothing is.

        No more than ``MOST_COPIED`` messages are read; long ones come by their head.
        """
        timeline, selection = self._timeline, self._transcript.text_selection
        wanted = selected_messages(selection, self._transcript.total) if selection is not None else range(0)
        if timeline is None or selection is None or not wanted:
            return None
        copied = wanted[:MOST_COPIED]
        part = await timeline.slice(copied.start - 1, copied.stop + 1)
        return SelectedText(self._transcript.text_of(selection, copied, part), len(copied), len(wanted))

    async def selected_edges(self) -> Edges | None:
        """Return where the selected messages lie, ``None`` if there are none."""
        timeline, selection = self._timeline, self._transcript.text_selection
        wanted = selected_messages(selection, self._transcript.total) if selection is not None else range(0)
        if timeline is None or not wanted:
            return None
        first = await timeline.slice(wanted.start, wanted.start + 1)
        last = await timeline.slice(wanted.stop - 1, wanted.stop)
        if not (first.messages and last.messages):
            return None
        return Edges(first.messages[0].cursor, last.messages[0].cursor, len(wanted))

    async def seek(self, place: MessageCursor | datetime | Destination) -> int | None:
        """Return where a message, the first one at or after a time, a position or a turn lies in what is shown.

        Negative positions count from the end. ``None`` if the message is not there, or nothing is open.
        """
        timeline = self._timeline
        if timeline is None:
            return None
        position = await _position(timeline, place)
        shown = self._transcript.revision, self._transcript.total
        if timeline is self._timeline and shown != (timeline.revision, timeline.total):
            await self._correct_order(timeline)
            position = await _position(timeline, place)
        return position if timeline is self._timeline else None

    async def seek_after(self, place: MessageCursor) -> int | None:
        """Return where the first message after a place lies in what is shown, ``None`` if nothing is open."""
        position = await self.seek(place) if place.tie is not None else None
        if position is not None:
            return position + 1
        moment = moment_of(place.instant if place.tie is None else min(place.instant + 1, UNREADABLE))
        return await self.seek(moment) if moment is not None else None

    async def written_at(self, position: int) -> datetime | None:
        """Return when the message at a position was written, ``None`` if that is not known."""
        if self._timeline is None:
            return None
        found = (await self._timeline.slice(position, position + 1)).messages
        return found[0].created_at if found else None

    async def read_again(self) -> None:
        """Take in what was written to the shown conversation since."""
        timeline = self._timeline
        if timeline is None or not await timeline.refresh():
            return
        if timeline.revision != self._transcript.revision:
            await self._correct_order(timeline)
            return
        # The last page that is held was not full; of very many new messages the newest are enough.
        start = max(self._transcript.total // PAGE * PAGE, _newest_start(timeline.total))
        part = await timeline.slice(start, timeline.total)
        if timeline is self._timeline:
            self._transcript.grow(part)
            await self._on_change(timeline, part)

    async def reconnect(self) -> None:
        """Go on with the shown conversation on a connection that was made anew, where the reader is."""
        shown = self._transcript.conversation
        if shown is None:
            return
        timeline = await self._store.timeline(shown.id, shown.user_id)
        if shown is self._transcript.conversation:
            self._timeline = timeline
            await self._correct_order(timeline)

    async def _correct_order(self, timeline: Timeline) -> None:
        """Hand the transcript positions that hold, around the message at the top of the screen."""
        anchor = self._transcript.anchor_message
        position = await timeline.position(anchor.cursor) if anchor is not None else None
        if position is None:
            position = max(0, timeline.total - 1)
        start = max(0, (position // PAGE - 1) * PAGE - 1)
        if self._transcript.viewport.follows:
            start = min(start, _newest_start(timeline.total))
        part = await timeline.slice(start, min(timeline.total, position + 2 * PAGE))
        wanted = self._transcript.wanted
        place = await timeline.position(wanted) if wanted is not None else None
        if timeline is self._timeline:
            self._transcript.reorder(part, position)
            if wanted is not None and place is not None:
                self._transcript.show_match(place, wanted)
            await self._on_change(timeline, None)


async def _position(timeline: Timeline, place: MessageCursor | datetime | Destination) -> int | None:
    if isinstance(place, TurnPlace):
        while timeline.turns.start(place.number) is None and not await timeline.number_turns():
            pass
        start = timeline.turns.start(place.number)
        return timeline.total if start is None else start
    if isinstance(place, int):
        return min(place, timeline.total - 1) if place >= 0 else timeline.total - 1
    if isinstance(place, Stretch):
        place = place.start
    if isinstance(place, datetime):
        return await timeline.position_at(place)
    return await timeline.position(place)


def _newest_start(total: int) -> int:
    """Return where the last page begins, with one message before it and at least half a page in all."""
    start = (max(0, total - 1) // PAGE) * PAGE
    if total - start < PAGE:
        start -= PAGE
    return max(0, start - 1)
