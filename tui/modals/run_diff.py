"""How a run differs from the one before it: words that went and words that came, each with its mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.text import times
from tui.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from textual.app import ComposeResult

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


class RunDiffScreen(ModalScreen[None]):
    """A panel with both texts in one.

    Args:
        diff: What was compared.
        tz: The reader's zone.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,D,enter", "dismiss", "close", show=False),
        Binding("j,down", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
        Binding("space,pagedown", "scroll(10)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
    ]

    def __init__(self, diff: RunDiff, tz: tzinfo) -> None:
        super().__init__()
        self._diff = diff
        self._tz = tz

    def compose(self) -> ComposeResult:
        """Lay the panel out."""
        with VerticalScroll(id="run-diff", classes="sheet", can_focus=False):
            yield Static(diff_text(self._diff, self._tz))

    def on_mount(self) -> None:
        """Name the frame."""
        frame = self.query_one("#run-diff", VerticalScroll)
        frame.border_title = Content("The run and the one before it")
        frame.border_subtitle = Content("esc closes")

    def action_scroll(self, rows: int) -> None:
        """Scroll the panel by rows."""
        self.query_one("#run-diff", VerticalScroll).scroll_relative(y=rows, animate=False)


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
