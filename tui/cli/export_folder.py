"""An export as a folder: a file for each conversation, named by a template."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from store.files.folders import make_private_folder
from tui.cli.export_file import refuse_nothing, refuse_place, write_at
from tui.cli.progress_line import progress_line
from tui.export.export_format import Counts
from tui.export.job import Stopped
from tui.export.output_file import AtPath
from tui.text.units import people_path
from tui.text.visible import one_line, visible

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from store.contract.store import ConversationStore
    from store.records import Conversation
    from tui.cli.export_file import ExportRun
    from tui.export.file_names import NameTemplate
    from tui.export.job import Job

PAGE = 500
"""Conversations read at a time."""


async def write_folder(folder: Path, template: NameTemplate, run: ExportRun) -> Counts:
    """Write the files; return what they hold.

    Args:
        folder: Where they shall lie; made if it is not there.
        template: What they are called.
        run: The export.

    Raises:
        click.ClickException: there is nothing to write, or it cannot be written there.
        Stopped: the person wants no more; the text has what is there.
    """
    files = [(each, folder / name) async for each, name in _named(run, template)]
    _refuse_taken([path for _, path in files], folder, run)
    try:
        make_private_folder(folder)
    except OSError as error:
        shown = visible(people_path(folder))
        raise click.ClickException(f"{shown}/ cannot be made ({error.strerror}); choose another place.") from None
    counts, masked, written = Counts(), Counter[str](), 0
    with progress_line("Exported", "conversations", run.stop) as report:
        for number, (conversation, path) in enumerate(files):
            job = replace(run.job, selection=replace(run.job.selection, ids=(conversation.id,)))
            try:
                report(number, len(files))
                found = await write_at(path, run, job, _stopper(run.stop), replaces=run.replaces)
            except Stopped:
                raise Stopped(f"{written:,} of {len(files):,} files are there, each of them whole") from None
            written += bool(found.conversations)
            counts.conversations += found.conversations
            counts.messages += found.messages
            masked.update(found.masked)
    refuse_nothing(counts, run.job)
    counts.masked = masked
    return counts


def _stopper(stop: asyncio.Event) -> Callable[[int, int], None]:
    """Return a report that tells nobody, and ends the work when it shall end."""

    def report(_done: int, _total: int) -> None:
        if stop.is_set():
            raise Stopped

    return report


async def _named(run: ExportRun, template: NameTemplate) -> AsyncIterator[tuple[Conversation, str]]:
    """Yield each conversation with the name of its file; one that another has already gets a number."""
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    job, masker = run.job, run.masker
    async for conversation in _chosen(run.store, job):
        fields = template.fields(conversation, job.facts.zone)
        if masker is not None:
            fields = {name: masker.text(text) for name, text in fields.items()}
        fields = {name: one_line(text) for name, text in fields.items()}
        stem = name = template.stem(fields)
        number = numbers.get(stem, 1)
        while name in taken:
            # With its number it may be what another one is called without.
            number += 1
            name = f"{stem}-{number}"
        numbers[stem] = number
        taken.add(name)
        yield conversation, f"{name}{job.kind.suffix}"


async def _chosen(store: ConversationStore, job: Job) -> AsyncIterator[Conversation]:
    ids, channel = job.selection.ids, job.selection.channel
    if ids is not None:
        for each in ids:
            yield await store.get_conversation(each, job.user_id)
        return
    after, has_older = None, True
    while has_older:
        page = await store.list_conversations(job.user_id, channel=channel, after=after, limit=PAGE)
        for conversation in page.conversations:
            yield conversation
            after = conversation.cursor
        has_older = page.has_older


def _refuse_taken(paths: list[Path], folder: Path, run: ExportRun) -> None:
    """Refuse names that are taken, before anything is written.

    Raises:
        click.ClickException: files lie there and must not be replaced, or something else does.
    """
    lying = {path: refuse_place(path, run.database) for path in paths}
    for path, what in lying.items():
        if what is AtPath.FOLDER:
            raise click.ClickException(
                f"{visible(people_path(path))} is a folder; choose another name for the files."
            )
    there = [path for path, what in lying.items() if what is AtPath.FILE]
    if there and not run.replaces:
        many = f"{len(there):,} of the files exist" if len(there) > 1 else "one of the files exists"
        where = visible(people_path(folder))
        raise click.ClickException(f"{many} in {where}, {visible(there[0].name)} first; --force replaces them.")
