"""Ask on a terminal about everything that looks like a secret, in its context, before an export is written."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING

import click

from tui.export.job import Stopped
from tui.text import times
from tui.text.visible import one_line

if TYPE_CHECKING:
    from datetime import tzinfo

    from tui.export.secret_review import Review, Suspect

CONTEXT = 60
"""Characters of context shown on each side."""
LONGEST = 120
_ANSWERS = ("m", "k", "M", "K", "q")
_HELP = "m masks it, k keeps it, M and K all of this kind, q writes nothing"


async def ask(review: Review, zone: tzinfo, stop: asyncio.Event) -> None:
    """Ask about each secret until all are decided.

    Args:
        review: What was found; takes what is decided.
        zone: The zone of the person.
        stop: Set when the person wants no file.

    Raises:
        Stopped: the person wants no file.
    """
    suspects = review.suspects
    if not suspects:
        return
    click.echo(f"{len(suspects):,} things look like secrets; nothing is written yet. {_HELP}.", err=True)
    decided = set()
    for number, suspect in enumerate(suspects, 1):
        if suspect.kind in decided:
            continue
        click.echo(f"\n{number:,} of {len(suspects):,}, {_words(suspect, zone)}", err=True)
        answer = await _answer(stop)
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


async def _answer(stop: asyncio.Event) -> str:
    """Return one of the answers; mask if none was typed.

    Raises:
        Stopped: the person wants no file, or is gone.
    """
    while True:
        click.echo(f"  mask it? ({', '.join(_ANSWERS)}) [m]: ", err=True, nl=False)
        line = await typed(stop)
        if not line:
            raise Stopped
        answer = line.strip() or "m"
        if answer in _ANSWERS:
            return answer
        click.echo(f"  {_HELP}.", err=True)


async def typed(stop: asyncio.Event) -> str:
    """Return the next line, empty at the end; unlike ``input``, never deaf to a signal that comes early.

    Raises:
        Stopped: the person wants no file.
    """
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(sys.stdin, ready.set)
    waiting = [asyncio.create_task(ready.wait()), asyncio.create_task(stop.wait())]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        loop.remove_reader(sys.stdin)
        for each in waiting:
            each.cancel()
    if stop.is_set():
        click.echo(err=True)
        raise Stopped
    # Not through Python's buffer: what was typed ahead would wait in it unseen. A terminal hands out one line.
    return os.read(sys.stdin.fileno(), 4096).decode("utf-8", "replace")


def _words(suspect: Suspect, zone: tzinfo) -> str:
    """Return what is known of a secret, and the line in which it stands."""
    often = f", {suspect.count:,} times" if suspect.count > 1 else ""
    where = f"“{one_line(suspect.title)[:40]}”, {times.full(suspect.at, zone)}"
    before, after = one_line(suspect.before)[-CONTEXT:], one_line(suspect.after)[:CONTEXT]
    secret = click.style(one_line(suspect.secret)[:LONGEST], bold=True)
    return f"{suspect.kind.label}{often} · {where}\n  …{before} {secret} {after}…"
