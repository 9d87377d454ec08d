"""A conversation on one line of a list: for people as clean text, for programs as the facts of a JSON object."""

from __future__ import annotations

from shutil import get_terminal_size
from typing import TYPE_CHECKING

from tui.cli.output import is_terminal, say
from tui.text.visible import one_line
from tui.text.wrap import fit

if TYPE_CHECKING:
    from datetime import datetime

    from store.records import Conversation


def conversation_line(row: Conversation) -> str:
    """Return its id, last activity, channel, messages and title."""
    when = iso(row.last_activity) or "no date"
    channel, title = one_line(row.channel), one_line(row.full_title)
    return f"{one_line(row.shown_id)}  {when:<24}  {channel:<10}  {row.total!s:>6}  {title}"


def conversation_facts(row: Conversation) -> dict[str, object]:
    """Return what programs are told; texts as stored, the title whole."""
    return {
        "id": row.shown_id,
        "channel": row.channel,
        "user_id": row.user_id,
        "title": row.whole_title or row.title,
        "scope": row.scope,
        "kind": row.kind.value,
        "messages": row.total.value,
        "messages_capped": row.total.capped,
        "started_at": iso(row.started_at),
        "last_activity": iso(row.last_activity),
        "flaws": sorted(flaw.value for flaw in row.flaws),
    }


def say_line(text: str) -> None:
    """Print a line: no wider than the terminal where it goes to one, else whole."""
    say(fit(text, get_terminal_size().columns) if is_terminal() else text)


def iso(moment: datetime | None) -> str | None:
    """Return a time as programs read it, to the millisecond, ``None`` for none."""
    return None if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
