"""Ask on a terminal about everything that looks like a secret, in its context, before an export is written."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import click

from tui.taking import Stopped
from tui.text import times
from tui.text.visible import one_line

if TYPE_CHECKING:
    from datetime import tzinfo

    from tui.export.review import Review, Suspect

CONTEXT = 60
"""Characters of context shown on each side."""
LONGEST = 120
_ANSWERS = ("m", "k", "M", "K", "q")
_HELP = "m masks it, k keeps it, M and K all of this kind, q writes nothing"


def ask(review: Review, zone: tzinfo) -> None:
    """Ask about each secret until all are decided.

    Raises:
        Stopped: the person wants no file.
    """
    suspects = review.suspects
    if not suspects:
        return
    # While the loop waits for an answer, ctrl+c has to end the question itself.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    click.echo(f"{len(suspects):,} things look like secrets; nothing is written yet. {_HELP}.", err=True)
    decided = set()
    for number, suspect in enumerate(suspects, 1):
        if suspect.kind in decided:
            continue
        click.echo(f"\n{number:,} of {len(suspects):,}, {_words(suspect, zone)}", err=True)
        answer = click.prompt("  mask it?", type=click.Choice(_ANSWERS), default="m", show_choices=True, err=True)
        if answer == "q":
            raise Stopped
        if answer in "MK":
            review.decide_all(suspect.kind, is_masked=answer == "M")
            decided.add(suspect.kind)
        else:
            review.decide(suspect, is_masked=answer == "m")
    for kind, count in review.left_out.items():
        if kind not in decided:
            click.echo(f"{kind.label}: {count:,} more are not shown; they are masked.", err=True)


def _words(suspect: Suspect, zone: tzinfo) -> str:
    """Return what is known of a secret, and the line in which it stands."""
    often = f", {suspect.count:,} times" if suspect.count > 1 else ""
    where = f"“{one_line(suspect.title)[:40]}”, {times.full(suspect.at, zone)}"
    before, after = one_line(suspect.before)[-CONTEXT:], one_line(suspect.after)[:CONTEXT]
    secret = click.style(one_line(suspect.secret)[:LONGEST], bold=True)
    return f"{suspect.kind.label}{often} · {where}\n  …{before} {secret} {after}…"
