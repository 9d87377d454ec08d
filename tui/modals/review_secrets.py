"""Everything that looks like a secret in an export, before a byte of it is written: keep it, or mask it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content

from tui.commands import Scope, bindings
from tui.modals.sheet import Sheet
from tui.text import times
from tui.text.visible import one_line
from tui.text.wrap import fit
from tui.widgets.row_table import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Hashable
    from datetime import tzinfo

    from textual.binding import BindingType

    from tui.export.secret_review import Review, Suspect

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


class ReviewScreen(Sheet[bool]):
    """Shows what was found, each in its context; returns whether to go on.

    Args:
        review: What was found; takes what is decided.
        tz: The reader's zone.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.REVIEW)]

    def __init__(self, review: Review, tz: tzinfo) -> None:
        self._review = review
        self._suspects = dict(enumerate(review.suspects))
        self._tz = tz
        self.table = Table(*COLUMNS)
        hint = "{window-pick} keep/mask · {review-kind} its kind · {review-export} exports · {window-close}"
        super().__init__("review", "Before anything is written", hint, field=self.table)
        self.frame.styles.height = len(self._suspects) + ROWS_AROUND
        self.status.id = "review-facts"
        self._show()

    def on_table_picked(self, event: Table.Picked) -> None:
        """Keep or mask the picked secret."""
        if (suspect := self._suspect(event.row_id)) is not None:
            self._review.decide(suspect, is_masked=not suspect.is_masked)
            self._show()

    def on_table_highlighted(self, event: Table.Highlighted) -> None:
        """Show the selected secret where it stands."""
        if (suspect := self._suspect(event.row_id)) is not None:
            self._say_where(suspect)

    def action_turn_all(self) -> None:
        """Keep or mask all of the selected kind."""
        if (suspect := self._suspect(self.table.selected_id)) is not None:
            self._review.decide_all(suspect.kind, is_masked=not suspect.is_masked)
            self._show()

    def action_close(self) -> None:
        """Go no further."""
        self.dismiss(False)

    def _suspect(self, row_id: Hashable) -> Suspect | None:
        return self._suspects.get(row_id) if isinstance(row_id, int) else None

    def _show(self) -> None:
        self.table.show([_row(number, suspect) for number, suspect in self._suspects.items()])

    def _say_where(self, suspect: Suspect) -> None:
        before, after = one_line(suspect.before)[-CONTEXT:], one_line(suspect.after)[:CONTEXT]
        secret = one_line(suspect.secret)[:LONGEST]
        where = f"{fit(one_line(suspect.title), 40)} · {times.full(suspect.at, self._tz)}"
        more = self._review.left_out.get(suspect.kind, 0)
        tail = f"\n{more:,} more of this kind are not shown; a decides about them, too." if more else ""
        self.say(Content.assemble(f"{before} ", (secret, "bold $text-accent"), f" {after}", f"\n{where}{tail}"))


def _row(number: int, suspect: Suspect) -> Row:
    word = "mask" if suspect.is_masked else "keep"
    secret = one_line(suspect.secret[: LONGEST * 4])
    cells = (word, suspect.kind.label, secret, f"{suspect.count:,}")
    return Row(cells, "" if suspect.is_masked else "muted", id=number)
