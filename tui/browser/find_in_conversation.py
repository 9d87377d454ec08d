"""Find in the open conversation: all of it, not only what is loaded; walks the matches and comes back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from store.domain.query import parse_query
from store.domain.search_results import Places
from store.errors import NotUnderstood
from tui.config.date_order import date_order
from tui.text.query_hint import hint_of
from tui.widgets.key_queue import KeyQueue

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from store.domain.query import Query
    from store.records import Conversation, Message, MessageCursor
    from tui.browser.host import Host
    from tui.browser.session import Session
    from tui.browser.transcript_loader import TranscriptLoader
    from tui.model.viewport import Bookmark
    from tui.widgets.query_bar import QueryBar
    from tui.widgets.transcript import Transcript

GROUP = "find"
"""Group of the work of looking, of which there is one at a time."""

_END = {
    0: "",
    1: " · no older match, again goes on from the newest",
    -1: " · no newer match, again goes on from the oldest",
}


class FindInConversation:
    """One search in one conversation.

    Args:
        session: What the browser works with.
        host: Runs, says and asks.
        bar: The field, and what was found.
        transcript: Shows the matches.
        loader: Tells where they lie.
        show_plain: Shows the plain transcript.
    """

    def __init__(
        self,
        session: Session,
        host: Host,
        *,
        bar: QueryBar,
        transcript: Transcript,
        loader: TranscriptLoader,
        show_plain: Callable[[], None],
    ) -> None:
        self._session = session
        self._host = host
        self._bar = bar
        self._transcript = transcript
        self._loader = loader
        self._show_plain = show_plain
        self._query: Query | None = None
        self._places = Places()
        self._here: MessageCursor | None = None
        self._wanted = 0
        """Which match of that message is to be shown, from 0, or from the last back if negative."""
        self._read_to = 0
        self._origin: Bookmark | None = None
        self._from: MessageCursor | None = None
        self._progress = ""
        self._hint = ""
        self._beyond: Callable[[int], bool] | None = None
        """Goes on to another conversation in a direction, and returns whether there is one."""
        self._goes_to_oldest = False
        self._ended = 0
        """The direction in which there was no further match when it was asked for last."""

    @property
    def is_active(self) -> bool:
        """Tell whether matches are shown, or being asked for."""
        return self._bar.has_class("-shown")

    def open(self) -> None:
        """Ask what to find; remember where the reader is."""
        if self._transcript.conversation is None:
            self._host.explain("There is nothing open to find something in.")
            return
        self._show_plain()
        if not self.is_active:
            self._origin = self._transcript.bookmark
            self._from = self._transcript.last_seen_cursor
            self._bar.say("")
            self._bar.put("")
        self._bar.add_class("-shown")
        self._bar.screen.set_focus(self._bar.entry)

    def show_hit(
        self, conversation: Conversation, query: Query, hit: MessageCursor | None, beyond: Callable[[int], bool]
    ) -> None:
        """Show a hit of a search over all conversations, its neighbours being one key away; keys wait for it.

        Args:
            conversation: Where it lies.
            query: What was looked for.
            hit: The message; ``None`` for the oldest that matches.
            beyond: Goes on to another conversation in a direction, and returns whether there is one.
        """
        self._show_plain()
        self._origin, self._from = None, hit
        self._bar.put(query.typed)
        self._bar.add_class("-shown")
        self._look(query, conversation)
        self._beyond, self._goes_to_oldest = beyond, hit is None
        if isinstance(self._host.app, KeyQueue):
            self._host.app.hold_keys(self)

    def look_for(self, text: str) -> None:
        """Look for something else, from where the reader was; what is running is stopped."""
        self._stop()
        self._beyond, self._goes_to_oldest = None, False
        if not text.strip():
            self._bar.say("")
            self._transcript.mark(None)
            return
        try:
            query = parse_query(text, self._session.now(), self._session.tz, date_order())
        except NotUnderstood as error:
            self._bar.say(str(error), is_error=True)
            self._transcript.mark(None)
            return
        if query.is_about_conversations_only:
            self._bar.say(f"{hint_of(query, is_find=True)}; type a word", is_error=True)
            self._transcript.mark(None)
        elif self._transcript.conversation is not None:
            self._look(query, self._transcript.conversation, hint_of(query, is_find=True))

    def accept(self) -> None:
        """Leave the field to walk the matches; an empty one is given up."""
        if self._bar.entry.value.strip():
            self._transcript.screen.set_focus(self._transcript)
        else:
            self.leave()

    def step(self, direction: int) -> None:
        """Go to the next match towards the start, or towards the end (-1); at an end say so, then go round."""
        if not self.is_active or not len(self._places) or self._here is None:
            self._host.say("Nothing is being looked for; / finds." if not self.is_active else "No match.")
            return
        message = self._message
        shown = self._transcript.matches
        number = shown.number + direction
        if message is not None and 0 <= number < shown.of:
            self._show(self._here, number)
        elif message is not None and direction > 0 and not message.is_whole:
            self._run_step(partial(self._read_on, message, number))
        else:
            self._step_out(direction)

    def look_deeper(self) -> None:
        """Read on in a long message whose match to be shown lies beyond what was read of it; say which is shown."""
        message = self._message
        if message is None or not self.is_active:
            return
        is_missing = self._wanted < 0 or not self._transcript.matches.of
        if is_missing and not message.is_whole and len(message.content) > self._read_to:
            self._read_to = len(message.content)
            self._run_step(partial(self._read_on, message, self._wanted))
        self._status()

    def leave(self) -> None:
        """Stop finding, and go back to where the reader was."""
        origin = self._origin
        self.forget()
        self._transcript.screen.set_focus(self._transcript)
        if origin is not None:
            self._transcript.restore(origin)

    def forget(self) -> None:
        """Stop finding, as when another conversation is opened."""
        self._stop()
        self._origin = self._beyond = None
        self._goes_to_oldest = False
        self._bar.remove_class("-shown")
        self._transcript.mark(None)

    def _stop(self) -> None:
        self._host.stop(GROUP, owner=self._bar)
        self._let_keys_go()
        self._places, self._here, self._ended, self._hint = Places(), None, 0, ""
        self._query = None

    def _look(self, query: Query, conversation: Conversation, hint: str = "") -> None:
        self._stop()
        self._hint = f" · {hint}" if hint else ""
        self._query = query
        self._transcript.mark(query)
        self._progress = " …"
        self._status()
        self._host.run(partial(self._run, query, conversation), group=GROUP, exclusive=True, owner=self._bar)

    async def _run(self, query: Query, conversation: Conversation) -> None:
        places = self._places
        async with self._session.store.find(query, conversation.id, conversation.user_id) as running:
            async for batch in running:
                if places is not self._places:
                    return
                places.add(batch.hits)
                of = f" of {batch.total:,}" if batch.total is not None else ""
                self._progress = f" · {batch.searched:,}{of} searched"
                await self._settle_on_first(places)
                self._status()
        if places is not self._places:
            return
        self._progress = ""
        await self._settle_on_first(places, is_done=True)
        self._let_keys_go()
        self._status()

    async def _settle_on_first(self, places: Places, *, is_done: bool = False) -> None:
        """Go to the match nearest to where the reader was: the next one back, else the next one on."""
        if self._here is not None or not len(places) or (self._goes_to_oldest and not is_done):
            return
        number = places.number(self._from) if self._from is not None else 0
        if self._goes_to_oldest:
            number = len(places) - 1
        if number < len(places) or is_done:
            await self._go(places[min(number, len(places) - 1)])
            self._let_keys_go()

    def _let_keys_go(self) -> None:
        """Let keys go that waited for the first match."""
        if isinstance(self._host.app, KeyQueue):
            self._host.app.release_keys(self)

    @property
    def _message(self) -> Message | None:
        """Return the message whose matches are walked, ``None`` if it is not the current one, or not there yet."""
        message = self._transcript.current_message
        return message if message is not None and message.cursor == self._here else None

    def _step_out(self, direction: int) -> None:
        """Go to the next message that matches; at an end to another conversation, or say so, then go round."""
        assert self._here is not None
        following = self._places.older(self._here) if direction > 0 else self._places.newer(self._here)
        is_at_end = following is None and not self._progress
        if is_at_end and self._beyond is not None and self._beyond(direction):
            return
        if following is None and self._ended != direction:
            self._ended = direction
            self._status()
            return
        if following is None:
            following = self._places[0 if direction > 0 else -1]
        self._run_step(partial(self._go, following, 0 if direction > 0 else -1))

    def _run_step(self, work: Callable[[], Awaitable[None]]) -> None:
        self._host.run(work, group="find-step", exclusive=True, owner=self._bar)

    async def _go(self, cursor: MessageCursor, number: int = 0) -> None:
        """Bring a match onto the screen, wherever it is."""
        self._here, self._ended, self._wanted, self._read_to = cursor, 0, number, 0
        self._status()
        position = await self._loader.seek(cursor)
        if position is not None and self._here == cursor:
            self._transcript.show_match(position, cursor, number)

    async def _read_on(self, message: Message, number: int) -> None:
        """Read on in a long message until a match of it can be shown; go to the next message if it has no more."""
        if self._query is None:
            return
        has_more = await self._loader.read_to_match(message, self._query, is_last=number < 0)
        grown = self._message
        if grown is None or grown.cursor != message.cursor:
            return
        if number < self._transcript.matches.of:
            self._show(grown.cursor, number)
        elif has_more and len(grown.content) > len(message.content):
            await self._read_on(grown, number)
        elif number:
            self._step_out(1)

    def _show(self, cursor: MessageCursor, number: int) -> None:
        """Show a match of the current message."""
        self._ended, self._wanted = 0, max(number, 0)
        self._transcript.show_match(self._transcript.current, cursor, number)
        self._status()

    def _status(self) -> None:
        if self._here is not None:
            text = f"{self._places.number(self._here) + 1:,}/{len(self._places):,}"
            shown = self._transcript.matches
            if self._message is not None and (shown.of > 1 or not shown.is_whole):
                text += f" · {shown.number + 1:,} of {shown.of:,}{'' if shown.is_whole else '+'} in it"
        else:
            text = "no match" if not self._progress else "0"
        self._bar.say(f"{text}{_END[self._ended]}{self._hint}{self._progress}")
