"""The commands that make files: ``export``, ``import``, ``index``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tui.cli import history, output
from tui.cli.history_options import HistoryCommand, complete, history_options

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from store.environment.source import Source
    from tui.cli.options import Options

_HISTORY = ("db", "source", "user", "read_only")


@click.command(cls=HistoryCommand, short_help="Take conversations along as a file.")
@click.argument("ids", nargs=-1, metavar="[ID]...", shell_complete=complete("conversation"))
@click.option("--all", "is_all", is_flag=True, help="Every conversation of the user.")
@click.option(
    "--channel", metavar="NAME", help="Every conversation of this channel.", shell_complete=complete("channel")
)
@click.option("--since", metavar="DATE", help="Only messages from then on, such as 2026-01-03 or 7d.")
@click.option("--until", metavar="DATE", help="Only messages up to the end of that day or moment.")
@click.option("--no-tools", is_flag=True, help="Leave tool calls out.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["markdown", "json", "jsonl", "text", "html"]),
    help="By default what the name of the file says, else markdown.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE|DIR|DIR/|-",
    type=click.Path(),
    help="A file; with a slash at the end a folder, for one file a conversation. By default a file of its own name.",
)
@click.option(
    "--name",
    metavar="TEMPLATE",
    help="What those files are called: {date} {title} {id} {channel} {kind} {user}. [{date}-{title}-{id}]",
)
@click.option("--force", is_flag=True, help="Replace files that exist.")
@click.option(
    "--review/--no-review",
    default=None,
    help="Ask about what looks like a secret before anything is written; by default on a terminal.",
)
@click.option(
    "--mask",
    multiple=True,
    type=click.Choice(["api-key", "jwt", "private-key", "password", "e-mail", "phone", "card", "iban"]),
    help="Mask secrets of this kind without a question; may be repeated.",
)
@history_options(*_HISTORY)
def export(options: Options, /, **given: Any) -> int | None:
    """Take conversations along, as a file for people or for programs.

    The file is private to you. json and jsonl keep every row exactly as it is stored; clawback import makes a
    database of them again. ctrl+c stops and leaves nothing half done behind.
    """
    from tui.cli.export import Asked, run

    given["channel"] = given["channel"] or (None if given["ids"] or given["is_all"] else options.channel)
    if given["output"] == "-":
        output.begin()
    return history.run(options, lambda source: run(source, Asked(**given)))


@click.command(name="import", short_help="Make a new database of an export.")
@click.argument("file", metavar="FILE", type=click.Path())
@click.argument("new", metavar="NEWDB", type=click.Path())
def import_(file: str, new: str) -> int | None:
    """Make a new database NEWDB of a json or jsonl export."""
    from tui.cli.import_ import run

    return run(file, new)


@click.command(cls=HistoryCommand, short_help="Build what makes searches quick, or take it away.")
@click.option("--database", is_flag=True, help="The index on the order of messages, in IronClaw's own file.")
@click.option("--drop", is_flag=True, help="Take it away again.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@history_options(*_HISTORY)
def index(options: Options, database: bool, drop: bool, yes: bool) -> int | None:
    """Build the private index that makes searches quick, or take it away.

    It lies in your cache folder, never in IronClaw's database. ctrl+c stops; the next call goes on from there.
    """
    from tui.cli.index import run, run_order

    def work(source: Source) -> Coroutine[Any, Any, int | None]:
        if not database:
            return run(source, drop=drop)
        read_only = bool(options.read_only) or source.is_replica
        return run_order(source, drop=drop, is_sure=yes, read_only=read_only)

    return history.run(options, work)
