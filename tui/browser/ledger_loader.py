"""Reads runs from the timeline of the open thread, and what the file has on record of them, for the ledger."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from store.records import Kind
from tui.model.run_window import STEP, RunWindow, details, run_of
from tui.text.routine.run_reports import report
from tui.text.routine.schedule import schedule_of
from tui.text.units import counted

if TYPE_CHECKING:
    from store.contract.timeline import Timeline
    from store.records import Conversation, Message, MessageCursor, MessageSlice
    from tui.browser.host import Host
    from tui.browser.session import Session
    from tui.browser.transcript_loader import TranscriptLoader
    from tui.modals.run_diff import RunDiffScreen
    from tui.text.word_diff import Piece
    from tui.widgets.ledger import Ledger
    from tui.widgets.shared_messages import RunsWanted

LOOKED_AT = 100_000
"""Runs looked through for a failure by one key."""


class LedgerLoader:
    """The runs of the open thread, and the ledger that shows them.

    Args:
        session: What the browser works with.
        host: Runs, says and asks.
        transcript: Has the timeline of the open thread.
        ledger: The widget that shows the runs.
    """

    def __init__(self, session: Session, host: Host, transcript: TranscriptLoader, ledger: Ledger) -> None:
        self._session = session
        self._store = session.store
        self._host = host
        self._transcript = transcript
        self._ledger = ledger
        self._opened: Timeline | None = None
        self._catching_up = asyncio.Lock()

    def open(self, conversation: Conversation, newest: MessageSlice) -> None:
        """Show a thread at its newest run."""
        window = RunWindow(keeps_habit=_keeps_habit(conversation))
        window.replace(newest)
        self._opened = self._transcript.timeline
        self._ledger.open(conversation, window)

    async def load_schedule(self, conversation: Conversation, newest: MessageSlice) -> str:
        """Show where runs are missing, and what the file has on record of the newest ones.

        Returns:
            What to say of runs on record of which the thread has no message; empty if there are none.
        """
        if not _keeps_habit(conversation) and conversation.routine is not None:
            for routine in await self._store.list_routines(conversation.user_id):
                if routine.id == conversation.routine.id and self._is_shown(conversation):
                    schedule = schedule_of(routine.trigger_type, routine.trigger_config)
                    self._ledger.expect(schedule, keeps_habit=routine.trigger_type == "cron")
        await self._enrich(newest)
        return "" if newest.total else await self._hint_on_record(conversation)

    def is_open(self, conversation: Conversation) -> bool:
        """Tell whether the ledger holds the runs of a conversation, at positions that hold."""
        return self._is_shown(conversation) and self._timeline is not None

    async def fill(self, wanted: RunsWanted) -> None:
        """Hand the ledger the runs it asked for, unless another thread was opened since."""
        timeline, part = self._timeline, None
        try:
            if timeline is not None and timeline.conversation_id == wanted.conversation_id:
                part = await timeline.slice(wanted.start, wanted.until)
        finally:
            if part is None or timeline is not self._timeline:
                self._ledger.answer_failed()
        if part is None or timeline is None or timeline is not self._timeline:
            return
        if part.revision != self._ledger.window.revision or part.total != self._ledger.total:
            self._ledger.answer_late()
            await self.catch_up(timeline, None)
            return
        self._ledger.fill(part)
        await self._enrich(part)

    async def go_to_failure(self, before: MessageCursor) -> None:
        """Go to the newest failure before a run, reading on towards the start as long as there is none."""
        timeline = self._timeline
        place = await timeline.position(before) if timeline is not None else None
        if timeline is None or place is None or timeline is not self._timeline:
            return
        position = self._ledger.window.failure_before(place)
        start = min(place, self._ledger.window.start)
        least = max(0, start - LOOKED_AT)
        while position is None and start > least:
            part = await timeline.slice(max(least, start - STEP), start)
            for at in range(part.stop - 1, part.start - 1, -1):
                message = part.messages[at - part.start]
                if report(message.role, message.content).status == "failed":
                    position = at
                    break
            start = part.start
            if timeline is not self._timeline:
                return
        if position is not None:
            self._ledger.go_to(position)
        elif start == 0:
            self._host.say("There is no failure before this.")
        else:
            self._host.say(f"No failure in the {LOOKED_AT:,} runs before this.")

    def show_difference(self, cursor: MessageCursor) -> None:
        """Compare a run with the one before it."""
        from tui.modals.run_diff import RunDiffScreen

        sheet = RunDiffScreen(self._session.tz)
        self._host.ask(sheet, fill=partial(self._compare, sheet, cursor))

    async def _compare(self, sheet: RunDiffScreen, cursor: MessageCursor) -> None:
        from tui.modals.run_diff import RunDiff
        from tui.text.word_diff import word_diff

        found = await self._messages(cursor, before=1)
        if not found:
            sheet.dismiss(None)
            return
        before, after = (found[0] if len(found) > 1 else None), found[-1]
        pieces: list[Piece] = []
        is_whole = True
        if before is not None and before.content != after.content:
            pieces, is_whole = await asyncio.to_thread(word_diff, before.content, after.content)
        is_whole = is_whole and all(message.is_whole for message in found)
        sheet.fill(RunDiff(before, after, pieces, is_whole))

    async def copy(self, cursor: MessageCursor, *, is_link: bool) -> None:
        """Put a run, or its ids, on the clipboard."""
        for message in await self._messages(cursor):
            if is_link:
                self._host.copy(f"{message.conversation_id} {message.id}", "the ids")
            else:
                self._host.copy(message.content, "the run" if message.is_whole else "the beginning of the run")

    async def _hint_on_record(self, conversation: Conversation) -> str:
        usage = await self._store.usage(conversation.id, conversation.user_id)
        if usage.runs is None or not usage.runs.runs:
            return ""
        runs = counted(usage.runs.runs, "run")
        return f"The file has {runs} of this routine on record, but none in its thread; i tells of them."

    async def catch_up(self, timeline: Timeline, fresh: MessageSlice | None) -> None:
        """Let the ledger grow at its end, or take in that positions have moved.

        Args:
            timeline: The timeline that changed.
            fresh: The messages that came last, where nothing else changed.
        """
        async with self._catching_up:
            window = self._ledger.window
            is_new = timeline.revision != window.revision or timeline.total != window.total
            if timeline is not self._timeline or not is_new:
                return
            adjoins = fresh is not None and fresh.revision == window.revision and window.reaches_end
            if fresh is not None and adjoins and fresh.start <= window.stop:
                self._ledger.grow(fresh)
                await self._enrich(fresh)
            else:
                await self._correct(timeline)

    def _is_shown(self, conversation: Conversation) -> bool:
        shown = self._ledger.conversation
        return shown is not None and shown.id == conversation.id

    @property
    def _timeline(self) -> Timeline | None:
        """Return the messages of the open thread, if the ledger's positions are theirs."""
        timeline = self._transcript.timeline
        return timeline if timeline is self._opened and self._ledger.conversation is not None else None

    async def _messages(self, cursor: MessageCursor, *, before: int = 0) -> tuple[Message, ...]:
        """Return the message of a run, and so many before it."""
        timeline = self._timeline
        position = await timeline.position(cursor) if timeline is not None else None
        if timeline is None or position is None:
            return ()
        return (await timeline.slice(max(0, position - before), position + 1)).messages

    async def _enrich(self, part: MessageSlice) -> None:
        """Show what the file has on record of runs."""
        shown = self._ledger.conversation
        if shown is None or shown.kind is not Kind.ROUTINE or shown.routine is None:
            return
        runs = [run_of(message) for message in part.messages]
        moments = [run.created_at for run in runs if run.created_at is not None]
        if not moments:
            return
        records = await self._store.routine_runs(
            shown.routine.id, shown.user_id, min(moments), max(moments), limit=2 * STEP
        )
        if self._is_shown(shown):
            self._ledger.enrich(details(runs, records))

    async def _correct(self, timeline: Timeline) -> None:
        ledger, window = self._ledger, self._ledger.window
        run, selected, was_at_end = ledger.current_run, ledger.selected, window.reaches_end
        position = await timeline.position(run.cursor) if run is not None else None
        if position is None or timeline.revision != window.revision:
            if position is None or ledger.follows:
                position = max(0, timeline.total - 1)
            part = await timeline.slice(max(0, position - STEP // 2), position + STEP // 2)
            if timeline is self._timeline:
                ledger.reorder(part, position)
            return
        if position != selected:
            ledger.shift(position - selected, window.total + position - selected)
        if timeline.total > window.total and was_at_end:
            part = await timeline.slice(window.stop, min(timeline.total, window.stop + STEP))
            if timeline is self._timeline:
                ledger.grow(part)
                await self._enrich(part)
        elif timeline.total != window.total:
            ledger.shift(0, timeline.total)


def _keeps_habit(conversation: Conversation) -> bool:
    """Tell whether no schedule is known for a thread, so that its own regularity is all there is."""
    return conversation.routine is None or conversation.routine.is_orphan
