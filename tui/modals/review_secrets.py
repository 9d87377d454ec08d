"""Everything that looks like a secret in an export, before a byte of it is written: keep it, or mask it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.text import times
from tui.text.visible import one_line
from tui.text.wrap import fit
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from datetime import tzinfo

    from textual.app import ComposeResult

    from tui.export.secret_review import Review, Suspect
    from tui.widgets.messages import RowHighlighted

COLUMNS = (
    Column("", 4, style="changed"),
    Column("kind", 12, style="muted", from_width=48),
    Column("looks like a secret", 16, share=1),
    Column("times", 5, style="muted", align="right", from_width=40),
)
ROWS_AROUND = 9
"""Rows of the frame, the headings and the facts."""
CONTEXT = 70
"""Characters of context on each side."""
LONGEST = 120
"""Characters shown of a secret."""


class ReviewScreen(ModalScreen[bool]):
    """Shows what was found, each in its context; returns whether to go on.

    Args:
        review: What was found; takes what is decided.
        tz: The reader's zone.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick", show=False),
        Binding("a", "turn_all", show=False),
        Binding("x", "dismiss(True)", show=False),
        Binding("escape,q", "dismiss(False)", show=False),
    ]

    def __init__(self, review: Review, tz: tzinfo) -> None:
        super().__init__()
        self._review = review
        self._suspects = review.suspects
        self._tz = tz

    def compose(self) -> ComposeResult:
        """Lay the table out."""
        with Vertical(id="review", classes="sheet"):
            yield Table(*COLUMNS)
            yield Static(id="review-facts", classes="facts")

    def on_mount(self) -> None:
        """Name the frame and show what was found."""
        frame = self.query_one("#review", Vertical)
        frame.border_title = Content("Before anything is written")
        frame.border_subtitle = Content("enter keep/mask · a its kind · x exports · esc")
        frame.styles.height = len(self._suspects) + ROWS_AROUND
        self._show()
        self.query_one(Table).focus()

    def action_pick(self) -> None:
        """Keep or mask the selected secret."""
        self.query_one(Table).action_pick()

    def on_row_picked(self) -> None:
        """Keep or mask the selected secret."""
        suspect = self._selected
        if suspect is not None:
            self._review.decide(suspect, is_masked=not suspect.is_masked)
            self._show()

    def action_turn_all(self) -> None:
        """Keep or mask all of the selected kind."""
        suspect = self._selected
        if suspect is not None:
            self._review.decide_all(suspect.kind, is_masked=not suspect.is_masked)
            self._show()

    def on_row_highlighted(self, event: RowHighlighted) -> None:
        """Show the selected secret where it stands."""
        self._tell(self._suspects[event.index])

    @property
    def _selected(self) -> Suspect | None:
        row = self.query_one(Table).selected_row
        return None if row is None else self._suspects[row]

    def _show(self) -> None:
        self.query_one(Table).show([_row(suspect) for suspect in self._suspects])

    def _tell(self, suspect: Suspect) -> None:
        before, after = one_line(suspect.before)[-CONTEXT:], one_line(suspect.after)[:CONTEXT]
        secret = one_line(suspect.secret)[:LONGEST]
        where = f"{fit(one_line(suspect.title), 40)} · {times.full(suspect.at, self._tz)}"
        more = self._review.left_out.get(suspect.kind, 0)
        tail = f"\n{more:,} more of this kind are not shown; a decides about them, too." if more else ""
        context = Content.assemble(f"{before} ", (secret, "bold $text-accent"), f" {after}", f"\n{where}{tail}")
        self.query_one("#review-facts", Static).update(context)


def _row(suspect: Suspect) -> Row:
    word = "mask" if suspect.is_masked else "keep"
    secret = one_line(suspect.secret[: LONGEST * 4])
    return Row((word, suspect.kind.label, secret, f"{suspect.count:,}"), "" if suspect.is_masked else "muted")
