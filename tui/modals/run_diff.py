"""How a run differs from the one before it: words that went and words that came, each with its mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.content import Content

from tui.commands import binding
from tui.modals.panel import Panel
from tui.text import times
from tui.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from textual.binding import BindingType

    from store.records import Message
    from tui.text.word_diff import Piece

SAME = "It says the same as the run before."
FIRST = "There is no run before this one."
CUT = "Only the beginning of these long texts is compared."


class RunDiff(NamedTuple):
    """A run, the one before it, and what came of comparing them."""

    before: Message | None
    after: Message
    pieces: Sequence[Piece]
    is_whole: bool
    """Whether all of both texts was compared."""


class RunDiffScreen(Panel[None]):
    """A panel with both texts in one.

    Args:
        tz: The reader's zone.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        binding("run-diff", action="close"),
        binding("window-pick", action="close"),
    ]

    def __init__(self, tz: tzinfo) -> None:
        super().__init__("run-diff", "The run and the one before it", "{window-close} closes", is_filled=False)
        self._tz = tz

    def fill(self, diff: RunDiff) -> None:
        """Show what came of comparing two runs."""
        self.text.update(diff_text(diff, self._tz))
        self.filled()


def diff_text(diff: RunDiff, tz: tzinfo) -> Content:
    """Return both texts in one: ``[−what went−]`` and ``{+what came+}`` stand among what stayed."""
    muted = "$foreground 55%"
    parts: list[tuple[str, str]] = []
    if diff.before is not None:
        parts.append((f"− {times.full(diff.before.created_at, tz)}\n", muted))
    parts.append((f"+ {times.full(diff.after.created_at, tz)}\n\n", muted))
    if diff.before is None or diff.before.content == diff.after.content:
        parts += [(f"{FIRST if diff.before is None else SAME}\n\n", "bold"), (visible(diff.after.content), "")]
        return Content.assemble(*parts)
    sign = " "
    for piece in diff.pieces:
        text = visible(piece.text)
        if piece.sign == " ":
            parts.append((text, ""))
        elif piece.sign == "−":
            parts.append((f"[−{text}−]", "$text-error"))
        else:
            parts += [(" " if sign == "−" else "", ""), (f"{{+{text}+}}", "$text-success")]
        sign = piece.sign
    if not diff.is_whole:
        parts.append((f"\n\n{CUT}", muted))
    return Content.assemble(*parts)
