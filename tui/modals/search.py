"""Search everything: a field, the conversations with hits as they are found, and a line that says how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from store.domain.search_results import Way
from tui.text.visible import one_line, visible
from tui.widgets.entry import Entry
from tui.widgets.results import Results

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, tzinfo

    from textual.app import ComposeResult
    from textual.widgets import Input

    from store.domain.query import Query
    from store.domain.search_results import Finding, Findings

HINT = 'words · "a phrase" · -without · channel: kind: role: since: until: (yesterday, 7d, 3 Jan)'

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


class SearchScreen(ModalScreen[Picked | None]):
    """A search; returns the finding to read.

    Args:
        text: What was looked for before.
        ask: Looks for another text; stops what is running.
        stop: Stops what is running; returns whether something was.
        want: Reads conversations and describes them.
        now: The time.
        tz: The reader's zone.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "close", show=False),
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("pagedown", "page(2)", show=False),
        Binding("pageup", "page(-2)", show=False),
    ]

    def __init__(
        self,
        text: str,
        *,
        ask: Callable[[str], None],
        stop: Callable[[], bool],
        want: Callable[[list[str]], None],
        now: datetime,
        tz: tzinfo,
    ) -> None:
        super().__init__()
        self._text = one_line(text)
        self._ask = ask
        self._stop = stop
        self._want = want
        self._now = now
        self._tz = tz
        self._query: Query | None = None

    def compose(self) -> ComposeResult:
        """Lay the search out."""
        with Vertical(id="search", classes="sheet"):
            yield Entry(self._text, "search every conversation")
            yield Static(Content(HINT), id="search-status")
            yield Results(self._now, self._tz)

    def on_mount(self) -> None:
        """Name the frame and go to the field."""
        frame = self.query_one("#search", Vertical)
        frame.border_title = Content("Search everything")
        frame.border_subtitle = Content("↑ ↓ choose · enter reads · esc stops, then closes")
        entry = self.query_one(Entry)
        entry.focus()
        entry.action_select_all()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for what is typed."""
        self._ask(event.value)

    def on_input_submitted(self) -> None:
        """Return the selected finding."""
        self._pick()

    def on_results_picked(self) -> None:
        """Return the clicked finding."""
        self._pick()

    def on_results_seen(self, event: Results.Seen) -> None:
        """Ask for the conversations that came into sight."""
        self._want(event.ids)

    def action_close(self) -> None:
        """Stop what is running, else leave."""
        if not self._stop():
            self.dismiss(None)

    def action_move(self, step: int) -> None:
        """Select the next or previous finding."""
        self.results.move(step)

    def action_page(self, half_pages: int) -> None:
        """Move the selection by half pages."""
        self.results.page(half_pages)

    # What the desk calls.

    @property
    def results(self) -> Results:
        """Return the list of findings."""
        return self.query_one(Results)

    def clear(self) -> None:
        """Show how to search."""
        self._query = None
        self.results.show(None, [])
        self._tell(HINT)

    def refuse(self, sentence: str) -> None:
        """Say why nothing can be looked for."""
        self._query = None
        self.results.show(None, [])
        self._tell(sentence, is_error=True)

    def show(self, query: Query, findings: Findings, progress: Progress) -> None:
        """Show what was found so far."""
        self._query = query
        conversations = findings.conversations()
        self.results.show(query, conversations)
        self._tell(progress_text(conversations, findings.hits, progress))

    def _pick(self) -> None:
        finding = self.results.selected
        if finding is not None and self._query is not None:
            self._stop()
            self.dismiss(Picked(finding, self._query))

    def _tell(self, text: str, *, is_error: bool = False) -> None:
        status = self.query_one("#search-status", Static)
        status.set_class(is_error, "-error")
        status.update(Content(visible(text)))


def progress_text(found: Sequence[Finding], hits: int, progress: Progress) -> str:
    """Return how much was found, how much was searched, what is left, and which way it went."""
    searched, total, state = progress.searched, progress.total, progress.state
    way = _WAYS.get(progress.way, progress.way.value)
    titles = len(found)
    what = f"{titles:,} conversation{'' if titles == 1 else 's'} · {hits:,} hit{'' if hits == 1 else 's'}"
    if state == "done":
        everything = f"{searched:,} messages and every title"
        return f"{what} in {everything} · {way}" if titles else f"No match in {everything} · {way}"
    left = f" of {total:,}, {max(0, total - searched):,} left" if total is not None else ""
    begin = "stopped: " if state == "stopped" else "⋯ "
    return f"{begin}{what} · {searched:,}{left}{'' if state == 'stopped' else f' · {way}'}"
