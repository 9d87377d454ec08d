"""What is known of a conversation, and of the routine that writes to it, as labels and values."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content

from tui.commands import binding
from tui.modals.panel import Panel
from tui.text import times
from tui.text.routine.cron import trigger_words
from tui.text.units import counted
from tui.text.visible import one_line, visible
from tui.text.wrap import fit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, tzinfo

    from textual.binding import BindingType

    from store.records import Conversation, Routine

LABEL_WIDTH = 14
INDENT = 2
WIDTH = 70
"""Columns that facts are made for before it is known how many there are."""
Fact = tuple[str, str]
"""A label, which may be missing, and what there is to say."""
Group = tuple[str, "Sequence[Fact] | Callable[[int], Sequence[Fact]]"]
"""A heading with its facts, or with what makes them for so many columns."""


class FactsScreen(Panel[None]):
    """A panel of facts.

    Args:
        title: Whose facts they are.
        groups: Headings, each with its facts; a fact without a label is a sentence.
    """

    BINDINGS: ClassVar[list[BindingType]] = [binding("info", action="close"), binding("window-pick", action="close")]

    def __init__(self, title: str, groups: Sequence[Group]) -> None:
        self._groups = groups
        super().__init__("facts", title, "{window-close} closes", _text(groups, WIDTH))

    def show(self, groups: Sequence[Group]) -> None:
        """Show other groups; what is on the screen stays where it is."""
        self._groups = groups
        # A column is left for the bar that scrolls.
        self.text.update(_text(groups, self.frame.content_size.width - 1 or WIDTH))

    def on_resize(self) -> None:
        """Fit the facts into the new width, once that is known."""
        self.call_after_refresh(lambda: self.show(self._groups))


def conversation_facts(conversation: Conversation, tz: tzinfo, messages: int | None = None) -> list[Fact]:
    """Return what is known of a conversation.

    Args:
        conversation: What the list knows of it.
        tz: The reader's zone.
        messages: How many it has, counted exactly; ``None`` if they are still being counted.
    """
    total = conversation.total
    known = "counting …" if total.capped else f"{total.value:,}"
    facts = [
        ("id", conversation.shown_id),
        ("channel", conversation.channel),
        ("user", conversation.user_id),
        ("kind", conversation.kind.value),
        ("messages", known if messages is None else f"{messages:,}"),
        ("begun", times.full(conversation.started_at, tz)),
        ("last activity", times.full(conversation.last_activity, tz)),
        ("thread", conversation.thread_id or ""),
        ("came from", conversation.source_channel or ""),
        ("flaws", ", ".join(sorted(conversation.flaws))),
    ]
    return [fact for fact in facts if fact[1]]


def routine_facts(routine: Routine, now: datetime, tz: tzinfo) -> list[Fact]:
    """Return what is known of a routine."""
    failures, last, following = routine.consecutive_failures, routine.last_run_at, routine.next_fire_at
    facts = [
        ("name", routine.name),
        ("what for", routine.description),
        ("state", "on" if routine.enabled else "off"),
        ("runs", trigger_words(routine.trigger_type, routine.trigger_config)),
        ("last run", f"{times.full(last, tz)} · {times.relative(last, now, tz)}" if last else "never"),
        (
            "next run",
            f"{times.full(following, tz)} · {times.upcoming(following, now, tz)}" if following else "not planned",
        ),
        ("run so far", counted(routine.run_count, "time")),
        ("failures", f"✗ the last {failures:,} in a row" if failures else "none in a row"),
        ("id", routine.id),
        ("flaws", ", ".join(sorted(routine.flaws))),
    ]
    return [fact for fact in facts if fact[1]]


def _text(groups: Sequence[Group], width: int) -> Content:
    parts: list[tuple[str, str]] = []
    for heading, facts in groups:
        parts.append((f"{heading}\n", "bold $primary"))
        for label, value in facts(max(1, width - INDENT)) if callable(facts) else facts:
            name = f"{fit(one_line(label), LABEL_WIDTH - 1):<{LABEL_WIDTH}}" if label else ""
            parts.append((f"  {name}", "$foreground 55%"))
            parts.append((f"{visible(value)}\n", ""))
        parts.append(("\n", ""))
    return Content.assemble(*parts).rstrip()
