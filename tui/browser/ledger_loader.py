"""The ledger's supply: reads runs from the timeline of the open thread, and what the file has on record of them.

The browser screen's right hand for threads that the assistant writes by itself; ``reading`` and the screen call it.
Errors of the store pass through to the screen.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from store.errors import StoreError
from store.records import Kind
from tui.model.run_window import STEP, RunWindow, details, run_of
from tui.text.routine.run_reports import report
from tui.text.routine.schedule import schedule_of
from tui.widgets.messages import CopyWanted

if TYPE_CHECKING:
    from store.contract.store import ConversationStore
    from store.contract.timeline import Timeline
    from store.records import Conversation, Message, MessageSlice
    from tui.browser.screen import BrowserScreen
    from tui.browser.transcript_loader import TranscriptSupply
    from tui.text.word_diff import Piece
    from tui.widgets.ledger import Ledger
    from tui.widgets.messages import FailureWanted, RunCopyWanted, RunDiffWanted, RunsWanted

LOOKED_AT = 100_000
"""Runs looked through for a failure by one key."""


class Bookkeeper:
    """The way from one store to one ledger.

    Args:
        store: Where runs come from.
        browser: The screen that shows them.
        supply: Who opened the thread, and has its timeline.
        ledger: The widget that shows it.
    """

    def __init__(
        self, store: ConversationStore, browser: BrowserScreen, supply: TranscriptSupply, ledger: Ledger
    ) -> None:
        self._store = store
        self._browser = browser
        self._supply = supply
        self._ledger = ledger
        self._opened: Timeline | None = None
        self._catching_up = asyncio.Lock()
        supply.on_change = self._catch_up

    def open(self, conversation: Conversation, newest: MessageSlice) -> None:
        """Show a thread at its newest run."""
        window = RunWindow(keeps_habit=_keeps_habit(conversation))
        window.replace(newest)
        self._opened = self._supply.timeline
        self._ledger.open(conversation, window)

    async def learn(self, conversation: Conversation, newest: MessageSlice) -> None:
        """Show where runs are missing, and what the file has on record of the newest ones."""
        if not _keeps_habit(conversation) and conversation.routine is not None:
            for routine in await self._store.list_routines(self._browser.user):
                if routine.id == conversation.routine.id and self._is_shown(conversation):
                    schedule = schedule_of(routine.trigger_type, routine.trigger_config)
                    self._ledger.expect(schedule, keeps_habit=routine.trigger_type == "cron")
        await self._enrich(newest)

    def is_open(self, conversation: Conversation) -> bool:
        """Tell whether the ledger holds the runs of a conversation, at positions that hold."""
        return self._is_shown(conversation) and self._timeline is not None

    async def fill(self, event: RunsWanted) -> None:
        """Hand the ledger the runs it asked for, unless another thread was opened since."""
        timeline = self._timeline
        if timeline is None or timeline.conversation_id != event.conversation_id:
            return
        try:
            part = await timeline.slice(event.start, event.until)
        except StoreError:
            self._ledger.answer_failed()
            raise
        if timeline is not self._timeline:
            return
        if part.revision != self._ledger.window.revision or part.total != self._ledger.total:
            self._ledger.answer_late()
            await self._catch_up(timeline)
            return
        self._ledger.fill(part)
        await self._enrich(part)

    async def go_to_failure(self, event: FailureWanted) -> None:
        """Go to the newest failure before a run, reading on towards the start as long as there is none."""
        position = self._ledger.window.failure_before(event.position)
        timeline, start = self._timeline, min(event.position, self._ledger.window.start)
        least = max(0, start - LOOKED_AT)
        while position is None and timeline is not None and start > least:
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
            self._browser.tell("There is no failure before this.")
        else:
            self._browser.tell(f"No failure in the {LOOKED_AT:,} runs before this.")

    async def show_difference(self, event: RunDiffWanted) -> None:
        """Compare a run with the one before it."""
        from tui.modals.run_diff import RunDiff, RunDiffScreen  # noqa: PLC0415 - deferred until asked for
        from tui.text.word_diff import word_diff  # noqa: PLC0415 - deferred until asked for

        found = await self._messages(event.position - 1, event.position + 1)
        if not found:
            return
        before, after = (found[0] if len(found) > 1 else None), found[-1]
        pieces: list[Piece] = []
        is_whole = True
        if before is not None and before.content != after.content:
            pieces, is_whole = await asyncio.to_thread(word_diff, before.content, after.content)
        is_whole = is_whole and all(message.is_whole for message in found)
        screen = RunDiffScreen(RunDiff(before, after, pieces, is_whole), self._browser.tz)
        self._browser.app.push_screen(screen)

    async def copy(self, event: RunCopyWanted) -> None:
        """Put a run, or its ids, on the clipboard."""
        for message in await self._messages(event.position, event.position + 1):
            if event.is_link:
                wanted = CopyWanted(f"{message.conversation_id} {message.id}", "the ids")
            else:
                wanted = CopyWanted(message.content, "the run" if message.is_whole else "the beginning of the run")
            self._browser.on_copy_wanted(wanted)

    async def count_on_record(self, conversation: Conversation) -> int:
        """Return how many runs the file has on record of the routine of a thread."""
        usage = await self._store.usage(conversation.id, self._browser.user)
        return usage.runs.runs if usage.runs is not None else 0

    def _is_shown(self, conversation: Conversation) -> bool:
        shown = self._ledger.conversation
        return shown is not None and shown.id == conversation.id

    @property
    def _timeline(self) -> Timeline | None:
        """Return the messages of the open thread, if the ledger's positions are theirs."""
        timeline = self._supply.timeline
        return timeline if timeline is self._opened and self._ledger.conversation is not None else None

    async def _messages(self, start: int, stop: int) -> tuple[Message, ...]:
        timeline = self._timeline
        return () if timeline is None else (await timeline.slice(max(0, start), stop)).messages

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
            shown.routine.id, self._browser.user, min(moments), max(moments), limit=2 * STEP
        )
        self._ledger.enrich(details(runs, records))

    async def _catch_up(self, timeline: Timeline) -> None:
        """Let the ledger grow at its end, or take in that positions have moved."""
        async with self._catching_up:
            window = self._ledger.window
            is_new = timeline.revision != window.revision or timeline.total != window.total
            if timeline is self._timeline and is_new:
                await self._correct(timeline)

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
