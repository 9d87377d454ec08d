"""``clawback export``: what is chosen, where it goes, how far it is, a way to stop."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from store import open_store
from store.contract.stored_rows import RowSelection
from store.domain.moments import parse_time
from store.domain.timestamps import instant
from store.records import MessageCursor
from tui.cli import about
from tui.cli.conversation_id import named
from tui.cli.output import flush, is_terminal, put, say
from tui.cli.stopping import STOPPED, stopping
from tui.config.date_order import date_order
from tui.export.export_format import Facts, Format
from tui.export.file_names import file_name
from tui.export.job import Job, Stopped, look_through, write
from tui.export.output_file import AtPath, OutputFile, what_lies
from tui.export.secret_review import Review
from tui.text.units import people_path
from tui.text.visible import one_line, visible
from tui.text.zone import SystemZone

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator

    from store.contract.store import ConversationStore
    from store.environment.source import Source
    from tui.export.export_format import Counts
    from tui.export.job import Report
    from tui.export.masking import Masker

_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for."""

    ids: tuple[str, ...]
    is_all: bool
    channel: str | None
    since: str | None
    until: str | None
    kind: str | None
    output: str | None
    force: bool
    review: bool | None
    """Whether to ask about secrets; ``None`` for where somebody is there to be asked."""
    mask: tuple[str, ...]
    """Kinds of secrets to mask without a question."""


async def run(source: Source, asked: Asked) -> int | None:
    """Export what was asked for; return the exit status."""
    selection = _selection(asked)
    async with open_store(source.target, read_only=True) as store:
        if asked.ids:
            ids = [(await named(store, each, source.owner)).id for each in asked.ids]
            asked = replace(asked, ids=tuple(dict.fromkeys(ids)))
            selection = replace(selection, ids=asked.ids)
        path = None if asked.output == "-" else path_of(asked.output)
        facts = Facts(datetime.now(UTC), about.zone(), source.owner, _about(asked))
        job = Job(selection, _kind(asked, path), facts)
        try:
            masker = await _masker(store, job, asked)
            if path is not None:
                path = _place(path, await _name(store, job, masker))
            with stopping() as stop:
                lying = AtPath.NOTHING if path is None else what_lies(path, source.path)
                is_free = path is None or await _may_replace(path, lying, stop, is_sure=asked.force)
                counts = await _export(store, job, path, stop, masker, replaces=not is_free or asked.force)
        except Stopped:
            what = "nothing was written" if asked.output != "-" else "what is on stdout is not whole"
            click.echo(f"Stopped; {what}.", err=True)
            return STOPPED
    _tell(counts, path)
    return None


async def _masker(store: ConversationStore, job: Job, asked: Asked) -> Masker | None:
    """Return what masks secrets; asks about them, before a byte is written, if somebody is there or it was asked for.

    Raises:
        Stopped: the person wants no file.
    """
    from tui.export.masking import Masker
    from tui.export.secrets import Secret

    if asked.mask:
        return Masker.of(frozenset(map(Secret, asked.mask)))
    is_there = sys.stdin.isatty() and sys.stderr.isatty()
    if asked.review and not is_there:
        raise click.ClickException("nobody is there to be asked; --mask KIND masks without a question.")
    if asked.review is False or not is_there:
        return None
    from tui.cli.export_review import ask

    review = Review()
    with stopping() as stop:
        with _progress("Looked through", stop) as report:
            await look_through(store, job, review, report)
        await ask(review, job.facts.zone, stop)
    return review.masker() if review.suspects else None


def path_of(given: str | None) -> Path:
    """Return a path that was typed, by default this folder.

    Raises:
        click.UsageError: it names the home of nobody.
    """
    try:
        return Path(given).expanduser() if given else Path()
    except RuntimeError:
        raise click.UsageError("there is nobody of that name; write the path in full.") from None


def _selection(asked: Asked) -> RowSelection:
    """Return what is chosen.

    Raises:
        click.UsageError: nothing, or two things at once.
        NotUnderstood: a date is none.
    """
    is_some = asked.is_all or asked.channel is not None or asked.since is not None or asked.until is not None
    if asked.ids and (asked.is_all or asked.channel is not None):
        raise click.UsageError("ids name conversations already; leave --all and --channel away.")
    if not asked.ids and not is_some:
        raise click.UsageError("say what to export: ids, --channel NAME, --since DATE, or --all.")
    now, zone = datetime.now(UTC), SystemZone()
    first = last = None
    if asked.since is not None or asked.until is not None:
        # Without an end, one before the messages whose time cannot be read.
        last = MessageCursor.end()
    if asked.since is not None:
        first = MessageCursor.at(instant(parse_time(asked.since, now, zone, date_order()).start))
    if asked.until is not None:
        last = MessageCursor.at(instant(parse_time(asked.until, now, zone, date_order()).end))
    return RowSelection(ids=asked.ids or None, channel=asked.channel, first=first, last=last)


def _about(asked: Asked) -> str:
    parts = [f"{len(asked.ids)} conversation{'s' if len(asked.ids) > 1 else ''}"] if asked.ids else []
    parts += [f"channel {asked.channel}"] if asked.channel is not None else []
    parts += [f"since {asked.since}"] if asked.since is not None else []
    parts += [f"until {asked.until}"] if asked.until is not None else []
    return ", ".join(parts) or "every conversation"


def _kind(asked: Asked, path: Path | None) -> Format:
    if asked.kind is not None:
        return Format(asked.kind)
    return (Format.of(path) if path is not None and asked.output else None) or Format.MARKDOWN


def _place(path: Path, name: str) -> Path:
    """Return the file to write: the one that was named, or one with a name of its own in a folder."""
    return path / name if os.path.isdir(path) else path


async def _name(store: ConversationStore, job: Job, masker: Masker | None) -> str:
    """Return the name of a file that was given none."""
    at, ids = job.facts.at.astimezone(), job.selection.ids
    if ids is not None and len(ids) == 1:
        conversation = await store.get_conversation(ids[0], job.user_id)
        title = one_line(masker.text(conversation.title) if masker else conversation.title)
        return file_name(title, conversation.shown_id, at, job.kind.suffix)
    return file_name(job.selection.channel or "conversations", "", at, job.kind.suffix)


async def _may_replace(path: Path, lying: AtPath, stop: asyncio.Event, *, is_sure: bool) -> bool:
    """Tell whether a path is free; ask where it is not.

    Raises:
        click.ClickException: it is not, and must not be replaced.
        Stopped: the person wants no file, or is gone.
    """
    shown = visible(people_path(path))
    if lying is AtPath.NOTHING:
        return True
    if lying is AtPath.DATABASE:
        raise click.ClickException(f"{shown} is the database itself; name another file.")
    if lying is AtPath.SPECIAL:
        raise click.ClickException(f"{shown} is no regular file; name another, or -o - to write to a pipe.")
    if is_sure:
        return False
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.ClickException(f"{shown} exists; --force replaces it.")
    from tui.cli.export_review import typed

    click.echo(f"{shown} exists. Replace it? [y/N]: ", err=True, nl=False)
    line = await typed(stop)
    if not line:
        raise Stopped
    if line.strip().lower() not in ("y", "yes"):
        raise click.ClickException("nothing was written.")
    return False


async def _export(
    store: ConversationStore,
    job: Job,
    path: Path | None,
    stop: asyncio.Event,
    masker: Masker | None,
    *,
    replaces: bool,
) -> Counts:
    """Write the file, or to stdout."""
    is_alone = path is not None or not is_terminal()
    with _progress("Exported", stop, is_shown=is_alone) as report:
        if path is None:
            return await _print(store, job, report, masker)
        try:
            with OutputFile(path, replaces=replaces) as draft:
                counts = await write(store, job, draft.write, report, masker)
                _refuse_nothing(counts, job)
                draft.finish()
        except OSError as error:
            shown = visible(people_path(path))
            raise click.ClickException(
                f"{shown} cannot be written ({error.strerror}); choose another place."
            ) from None
        return counts


async def _print(store: ConversationStore, job: Job, report: Report, masker: Masker | None) -> Counts:
    """Write to stdout, not even the beginning if there is nothing."""
    held: list[str] = []

    def hold(text: str) -> None:
        held.append(text)
        # The beginning and the end alone are two.
        if len(held) > 2:
            put("".join(held))
            held.clear()

    counts = await write(store, job, hold, report, masker)
    _refuse_nothing(counts, job)
    put("".join(held))
    flush()
    return counts


def _refuse_nothing(counts: Counts, job: Job) -> None:
    if not counts.conversations:
        raise click.ClickException(f"nothing there: {one_line(job.facts.about)}; nothing was written.")


@contextmanager
def _progress(word: str, stop: asyncio.Event, *, is_shown: bool = True) -> Iterator[Callable[[int, int], None]]:
    """Hand out a report that keeps a line on stderr up to date, if that is a terminal."""
    is_shown = is_shown and sys.stderr.isatty()
    next_at = time.monotonic() + _EVERY_S
    width = 0

    def report(done: int, total: int) -> None:
        nonlocal next_at, width
        if stop.is_set():
            raise Stopped
        if is_shown and time.monotonic() >= next_at:
            line = f"{word} {done:,} of {total:,} messages; ctrl+c stops."
            click.echo(f"\r{line.ljust(width)}", err=True, nl=False)
            next_at, width = time.monotonic() + _EVERY_S, len(line)

    try:
        yield report
    finally:
        if width:
            click.echo(f"\r{' ' * width}\r", err=True, nl=False)


def _tell(counts: Counts, path: Path | None) -> None:
    if path is None:
        return
    masked = sum(counts.masked.values())
    tail = f"; {masked:,} secret{'s' if masked != 1 else ''} masked" if masked else ""
    say(f"{visible(people_path(path))} holds {amount(counts.conversations, counts.messages)}{tail}.")


def amount(conversations: int, messages: int) -> str:
    """Return how much there is, in words."""
    return (
        f"{conversations:,} conversation{'s' if conversations != 1 else ''}"
        f" with {messages:,} message{'s' if messages != 1 else ''}"
    )
