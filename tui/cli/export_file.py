"""An export as one file, or on stdout: where it goes, what may be replaced, and the writing of it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from tui.cli.output import flush, is_terminal, put
from tui.cli.progress_line import progress_line
from tui.export.export_run import write
from tui.export.file_names import file_name
from tui.export.job import Stopped
from tui.export.output_file import AtPath, OutputFile, what_lies
from tui.text.units import people_path
from tui.text.visible import one_line, visible

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

    from store.contract.store import ConversationStore
    from tui.export.export_format import Counts
    from tui.export.job import Job, Report
    from tui.export.masking import Masker

_REFUSED = {
    AtPath.DATABASE: "is the database itself; name another file.",
    AtPath.SPECIAL: "is no regular file; name another, or -o - to write to a pipe.",
}


@dataclass(frozen=True, slots=True)
class ExportRun:
    """An export that is under way."""

    store: ConversationStore
    job: Job
    masker: Masker | None
    """Masks secrets; ``None`` for none."""
    stop: asyncio.Event
    """Set when the work shall end."""
    database: Path | None
    """The database that is read, ``None`` if it is no file."""
    replaces: bool
    """Whether other files may be replaced without a question."""


def refuse_place(path: Path, database: Path | None) -> AtPath:
    """Return what lies at a path, unless no file may ever be written there.

    Args:
        path: Where a file shall lie.
        database: The database that is read, ``None`` if it is no file.

    Raises:
        click.ClickException: the database lies there, or what is no regular file.
    """
    lying = what_lies(path, database)
    if lying in _REFUSED:
        raise click.ClickException(f"{visible(people_path(path))} {_REFUSED[lying]}")
    return lying


async def placed(path: Path, run: ExportRun) -> Path:
    """Return the file to write: the one that was named, or one with a name of its own in a folder."""
    if what_lies(path, None) is not AtPath.FOLDER:
        return path
    job, masker = run.job, run.masker
    at, ids = job.facts.at.astimezone(), job.selection.ids
    if ids is None or len(ids) > 1:
        return path / file_name(job.selection.channel or "conversations", "", at, job.kind.suffix)
    conversation = await run.store.get_conversation(ids[0], job.user_id)
    title = one_line(masker.text(conversation.title) if masker else conversation.title)
    return path / file_name(title, conversation.shown_id, at, job.kind.suffix)


async def write_file(path: Path, run: ExportRun) -> Counts:
    """Write one file; return what it holds.

    Raises:
        click.ClickException: there is nothing to write, or it cannot be written there.
        Stopped: the person wants no file, or is gone.
    """
    is_free = refuse_place(path, run.database) is AtPath.NOTHING
    replaces = run.replaces or (not is_free and await _may_replace(path, run.stop))
    with progress_line("Exported", "messages", run.stop) as report:
        counts = await write_at(path, run, run.job, report, replaces=replaces)
    refuse_nothing(counts, run.job)
    return counts


async def write_at(path: Path, run: ExportRun, job: Job, report: Report, *, replaces: bool) -> Counts:
    """Write a file if there is anything for it; return what it holds.

    Args:
        path: Where it shall lie.
        run: The export that it belongs to.
        job: What is written into it, and as what.
        report: Told of the progress.
        replaces: Whether it may take the place of another file.

    Raises:
        click.ClickException: it cannot be written there.
        Stopped: ``report`` raised it.
    """
    try:
        with OutputFile(path, replaces=replaces) as draft:
            counts = await write(run.store, job, draft.write, report, run.masker)
            if counts.conversations:
                draft.finish()
    except OSError as error:
        shown = visible(people_path(path))
        raise click.ClickException(f"{shown} cannot be written ({error.strerror}); choose another place.") from None
    return counts


async def write_to_stdout(run: ExportRun) -> Counts:
    """Write to stdout, not even the beginning if there is nothing; return what was written.

    Raises:
        click.ClickException: there is nothing to write.
        Stopped: the person wants no more.
    """
    held: list[str] = []

    def hold(text: str) -> None:
        held.append(text)
        # The beginning and the end alone are two.
        if len(held) > 2:
            put("".join(held))
            held.clear()

    with progress_line("Exported", "messages", run.stop, is_shown=not is_terminal()) as report:
        counts = await write(run.store, run.job, hold, report, run.masker)
    refuse_nothing(counts, run.job)
    put("".join(held))
    flush()
    return counts


def refuse_nothing(counts: Counts, job: Job) -> None:
    """Refuse an export of nothing.

    Raises:
        click.ClickException: there was nothing.
    """
    if not counts.conversations:
        raise click.ClickException(f"nothing there: {one_line(job.facts.about)}; nothing was written.")


async def _may_replace(path: Path, stop: asyncio.Event) -> bool:
    """Ask whether the file at a path may be replaced; return that it may.

    Raises:
        click.ClickException: it must not.
        Stopped: the person wants no file, or is gone.
    """
    shown = visible(people_path(path))
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.ClickException(f"{shown} exists; --force replaces it.")
    from tui.cli.export_review import typed

    click.echo(f"{shown} exists. Replace it? [y/N]: ", err=True, nl=False)
    line = await typed(stop)
    if not line:
        raise Stopped
    if line.strip().lower() not in ("y", "yes"):
        raise click.ClickException("nothing was written.")
    return True
