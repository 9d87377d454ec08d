"""``clawback export``: what is chosen, as what, and where it goes."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from store import open_store
from store.contract.stored_rows import RowSelection
from store.domain.timestamps import instant
from store.records import MessageCursor
from tui.cli import about, export_file
from tui.cli.conversation_id import named
from tui.cli.export_file import ExportRun
from tui.cli.output import say
from tui.cli.progress_line import progress_line
from tui.cli.stopping import STOPPED, stopping
from tui.cli.typed_stretch import typed_stretch
from tui.export.export_format import Facts, Format
from tui.export.export_run import look_through
from tui.export.file_names import NameTemplate
from tui.export.job import Job, Stopped
from tui.export.secret_review import Review
from tui.text.units import people_path
from tui.text.visible import visible

if TYPE_CHECKING:
    from store.contract.store import ConversationStore
    from store.environment.source import Source
    from tui.export.export_format import Counts
    from tui.export.masking import Masker


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for."""

    ids: tuple[str, ...]
    is_all: bool
    channel: str | None
    since: str | None
    until: str | None
    no_tools: bool
    kind: str | None
    output: str | None
    name: str | None
    force: bool
    review: bool | None
    """Whether to ask about secrets; ``None`` for where somebody is there to be asked."""
    mask: tuple[str, ...]
    """Kinds of secrets to mask without a question."""

    @property
    def is_folder(self) -> bool:
        """Tell whether each conversation gets a file of its own."""
        return self.output is not None and self.output.endswith("/")


async def run(source: Source, asked: Asked) -> int | None:
    """Export what was asked for; return the exit status."""
    selection, template = _selection(asked), _template(asked)
    path = None if asked.output == "-" else path_of(asked.output)
    if path is not None:
        export_file.refuse_place(path, source.path)
    kind = _kind(asked, path)
    async with open_store(source.target, read_only=True) as store:
        if asked.ids:
            ids = [(await named(store, each, source.owner)).id for each in asked.ids]
            asked = replace(asked, ids=tuple(dict.fromkeys(ids)))
            selection = replace(selection, ids=asked.ids)
        facts = Facts(datetime.now(UTC), about.zone(), source.owner, _about(asked))
        job = Job(selection, kind, facts, has_tools=not asked.no_tools)
        try:
            masker = await _masker(store, job, asked)
            with stopping() as stop:
                under_way = ExportRun(store, job, masker, stop, source.path, replaces=asked.force)
                counts, path = await _write(path, template, under_way)
        except Stopped as stopped:
            rest = "what is on stdout is not whole" if path is None else "nothing was written"
            click.echo(f"Stopped; {str(stopped) or rest}.", err=True)
            return STOPPED
    if path is not None:
        _tell(counts, path, asked)
    return None


async def _write(path: Path | None, template: NameTemplate | None, run: ExportRun) -> tuple[Counts, Path | None]:
    """Write to stdout, to a folder if its files have a template, or to a file; return what, and where to."""
    if path is None:
        return await export_file.write_to_stdout(run), None
    if template is None:
        path = await export_file.placed(path, run)
        return await export_file.write_file(path, run), path
    from tui.cli.export_folder import write_folder

    return await write_folder(path, template, run), path


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
        with progress_line("Looked through", "messages", stop) as report:
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
    stretch = typed_stretch(asked.since, asked.until)
    is_some = asked.is_all or asked.channel is not None or not stretch.is_open
    if asked.ids and (asked.is_all or asked.channel is not None):
        raise click.UsageError("ids name conversations already; leave --all and --channel away.")
    if not asked.ids and not is_some:
        raise click.UsageError("say what to export: ids, --channel NAME, --since DATE, or --all.")
    first = None if stretch.start is None else MessageCursor.at(instant(stretch.start))
    last = None if stretch.end is None else MessageCursor.at(instant(stretch.end))
    if last is None and first is not None:
        # Messages whose time cannot be read come after all others.
        last = MessageCursor.end()
    return RowSelection(ids=asked.ids or None, channel=asked.channel, first=first, last=last)


def _template(asked: Asked) -> NameTemplate | None:
    """Return what the files of a folder are called, ``None`` if there is to be one file.

    Raises:
        click.UsageError: it is no template, or for one file.
    """
    if not asked.is_folder:
        if asked.name is not None:
            raise click.UsageError("--name is for the files of a folder; write -o DIR/.")
        return None
    try:
        return NameTemplate() if asked.name is None else NameTemplate(asked.name)
    except ValueError as error:
        raise click.UsageError(f"--name: {error}") from None


def _about(asked: Asked) -> str:
    count = 1 if asked.is_folder else len(asked.ids)
    parts = [f"{count} conversation{'s' if count > 1 else ''}"] if count else []
    parts += [f"channel {asked.channel}"] if asked.channel is not None else []
    parts += [f"since {asked.since}"] if asked.since is not None else []
    parts += [f"until {asked.until}"] if asked.until is not None else []
    parts = parts or ["every conversation"]
    return ", ".join([*parts, "without tool calls"] if asked.no_tools else parts)


def _kind(asked: Asked, path: Path | None) -> Format:
    """Return the format: the one that was said, or else the one that the name of the file says.

    Raises:
        click.UsageError: the name says none that is known.
    """
    if asked.kind is not None:
        return Format(asked.kind)
    if path is None or not asked.output or asked.is_folder or path.is_dir() or not path.suffix:
        return Format.MARKDOWN
    kind = Format.of(path)
    if kind is None:
        known = ", ".join(each.suffix for each in Format)
        raise click.UsageError(f"no format ends in {visible(path.suffix)}; name the file {known}, or say --format.")
    return kind


def _tell(counts: Counts, path: Path, asked: Asked) -> None:
    masked = sum(counts.masked.values())
    tail = ", a file for each" if asked.is_folder else ""
    tail += f"; {masked:,} secret{'s' if masked != 1 else ''} masked" if masked else ""
    shown = visible(people_path(path)) + ("/" if asked.is_folder else "")
    say(f"{shown} holds {amount(counts.conversations, counts.messages)}{tail}.")


def amount(conversations: int, messages: int) -> str:
    """Return how much there is, in words."""
    return (
        f"{conversations:,} conversation{'s' if conversations != 1 else ''}"
        f" with {messages:,} message{'s' if messages != 1 else ''}"
    )
