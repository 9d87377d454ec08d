"""Search everything: a field, the conversations with hits as they are found, and a line that says how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from store.domain.search_results import Way
from tui.modals.list_sheet import ListSheet
from tui.text.query_hint import hint_of
from tui.text.units import counted
from tui.text.visible import one_line
from tui.widgets.entry import Entry
from tui.widgets.key_queue import KeyQueue
from tui.widgets.results import Results

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, tzinfo

    from textual.app import ComposeResult
    from textual.widgets import Input

    from store.domain.query import Query
    from store.domain.search_results import Finding, Findings

HINT = 'words · "a phrase" · -without · channel: kind: role: tool: -tool since: until: (yesterday, 7d, 3 Jan)'

_WAYS = {Way.INDEX: "from the index", Way.NO_INDEX: "every message read"}


class Picked(NamedTuple):
    """A finding to read, and what was looked for."""

    finding: Finding
    query: Query


class Progress(NamedTuple):
    """How far a search is."""

    searched: int
    total: int | None
    """``None`` as long as it is not known."""
    way: Way
    state: str
    """``running``, ``done`` or ``stopped``."""


class SearchScreen(ListSheet[Picked]):
    """A search; returns the finding to read.

    Args:
        text: What was looked for before.
        ask: Looks for another text; stops what is running.
        stop: Stops what is running; returns whether something was.
        want: Reads conversations and describes them.
        now: The time.
        tz: The reader's zone.
        opened: The conversation that was opened before, which is selected again as soon as it is found.
    """

    def __init__(
        self,
        text: str,
        *,
        ask: Callable[[str], None],
        stop: Callable[[], bool],
        want: Callable[[list[str]], None],
        now: datetime,
        tz: tzinfo,
        opened: str | None = None,
    ) -> None:
        self._ask = ask
        self._stop = stop
        self._want = want
        self._query: Query | None = None
        self._pick_for: str | None = None
        """For what text the first finding is to be picked as soon as there is one."""
        self._entry = Entry(one_line(text), "search every conversation")
        self.results = Results(now, tz, opened)
        """The list of findings."""
        hint = "↑ ↓ choose · {window-pick} reads · {window-close} stops, then closes"
        super().__init__("search", "Search everything", hint, field=self._entry, rows=self.results)
        self.status.id = "search-status"
        self.say(HINT)

    def compose(self) -> ComposeResult:
        """Lay the search out."""
        with self.frame:
            yield self._entry
            yield self.status
            yield self.results

    def on_mount(self) -> None:
        """Let what is typed first take the place of what was looked for before."""
        self._entry.action_select_all()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for what is typed."""
        if event.value != self._pick_for:
            self._await_finding(None)
        if not self.has_ended:
            self._ask(event.value)

    def action_pick(self) -> None:
        """Pick the selected finding, or the first one as soon as there is one; keys wait for it."""
        typed = self._entry.value
        is_shown = self._query is not None and self._query.typed == typed and self.results.selected is not None
        if typed.strip() and not is_shown:
            self._await_finding(typed)
        else:
            super().action_pick()

    def _await_finding(self, text: str | None) -> None:
        self._pick_for = text
        if isinstance(self.app, KeyQueue):
            if text is not None:
                self.app.hold_keys(self)
            else:
                self.app.release_keys(self)

    def on_results_picked(self, event: Results.Picked) -> None:
        """Return the clicked finding."""
        self._take(event.finding)

    def take_selected(self) -> None:
        """Return the selected finding, if there is one."""
        self._take(self.results.selected)

    def _take(self, finding: Finding | None) -> None:
        if finding is not None and self._query is not None:
            self._stop()
            self.dismiss(Picked(finding, self._query))

    def on_found_rows_seen(self, event: Results.Seen) -> None:
        """Ask for the conversations that came into sight."""
        if not self.has_ended:
            self._want(event.keys)

    def action_close(self) -> None:
        """Stop what is running, else leave."""
        self._await_finding(None)
        if not self._stop():
            self.dismiss(None)

    # What is told of a search.

    def clear(self) -> None:
        """Show how to search."""
        self._query = None
        self.results.show(None, [])
        self.say(HINT)

    def refuse(self, sentence: str) -> None:
        """Say why nothing can be looked for."""
        self._query = None
        self._await_finding(None)
        self.results.show(None, [])
        self.say(sentence, is_error=True)

    def show(self, query: Query, findings: Findings, progress: Progress) -> None:
        """Show what was found so far."""
        self._query = query
        conversations = findings.conversations()
        self.results.show(query, conversations)
        hint = hint_of(query)
        told = progress_text(conversations, findings.hits, progress)
        self.say(f"{hint} · {told}" if hint else told)
        if self._pick_for == query.typed and (conversations or progress.state == "done"):
            self._await_finding(None)
            super().action_pick()


def progress_text(found: Sequence[Finding], hits: int, progress: Progress) -> str:
    """Return how much was found, how much was searched, what is left, and which way it went."""
    searched, total, state = progress.searched, progress.total, progress.state
    way = _WAYS.get(progress.way, progress.way.value)
    titles = len(found)
    what = f"{counted(titles, 'conversation')} · {counted(hits, 'hit')}"
    if state == "done":
        everything = f"{searched:,} messages and every title"
        return f"{what} in {everything} · {way}" if titles else f"No match in {everything} · {way}"
    left = f" of {total:,}, {max(0, total - searched):,} left" if total is not None else ""
    begin = "stopped: " if state == "stopped" else "⋯ "
    return f"{begin}{what} · {searched:,}{left}{'' if state == 'stopped' else f' · {way}'}"
