"""The commands for pipes: ``list``, ``show``, ``search``, ``stats``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from store.records import Kind
from tui.cli import history, output
from tui.cli.history_options import HistoryCommand, complete, history_options

if TYPE_CHECKING:
    from tui.cli.options import Options

_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


@click.command(cls=HistoryCommand, name="list", short_help="Print the conversations, newest first.")
@click.option("--kind", type=click.Choice([each.value for each in Kind]), help="Only conversations of this kind.")
@click.option("--since", metavar="DATE", help="Only those active since then, such as 2026-01-03 or 7d.")
@click.option("--until", metavar="DATE", help="Only those last active up to the end of that day or moment.")
@click.option("--limit", metavar="N", type=click.IntRange(min=1), help="Stop after so many; all by default.")
@_as_json
@history_options("db", "source", "user", "channel", "read_only")
def list_(
    options: Options, *, kind: str | None, since: str | None, until: str | None, limit: int | None, as_json: bool
) -> int | None:
    """Print the conversations, newest first: id, last activity, channel, messages, title."""
    from tui.cli.print_list import Wanted, print_list

    output.begin()
    wanted = Wanted(options.channel, Kind(kind) if kind else None, since, until, limit)
    return history.run(options, lambda source: print_list(source, wanted, as_json))


@click.command(cls=HistoryCommand, short_help="Print a conversation, oldest message first.")
@click.argument("conversation_id", metavar="ID", shell_complete=complete("conversation"))
@click.option("--last", metavar="N", type=click.IntRange(min=1), help="Only the newest so many messages.")
@click.option("--since", metavar="DATE", help="Only messages from then on, such as 2026-01-03 or 7d.")
@click.option("--until", metavar="DATE", help="Only messages up to the end of that day or moment.")
@click.option("--plain", is_flag=True, help="Every message as it is stored, tool calls as their JSON.")
@_as_json
@history_options("db", "source", "user", "read_only")
def show(
    options: Options,
    *,
    conversation_id: str,
    last: int | None,
    since: str | None,
    until: str | None,
    plain: bool,
    as_json: bool,
) -> int | None:
    """Print a conversation, named by its id or by how that begins, oldest message first.

    Tool calls are told by name, reason and result, pictures and attachments in a few words.
    """
    from tui.cli.print_conversation import Form, Part, print_conversation

    if plain and as_json:
        raise click.UsageError("--json prints messages as they are stored already; leave --plain away.")
    output.begin()
    form = Form.JSON if as_json else Form.PLAIN if plain else Form.READABLE
    part = Part(last, since, until)
    return history.run(options, lambda source: print_conversation(source, conversation_id, part, form))


@click.command(cls=HistoryCommand, short_help="Print the conversations in which QUERY is found.")
@click.argument("query", nargs=-1, required=True)
@_as_json
@history_options("db", "source", "user", "channel", "read_only")
def search(options: Options, query: tuple[str, ...], as_json: bool) -> int | None:
    """Print the conversations in which QUERY is found; exit status 1 if there are none.

    Words are all required; "a phrase", -without, channel:, kind:, role:, tool:, -tool, since: and until: narrow it.
    After --, words may begin with a minus.
    """
    from tui.cli.print_search import print_search

    output.begin()
    return history.run(options, lambda source: print_search(source, " ".join(query), options.channel, as_json))


@click.command(cls=HistoryCommand, short_help="Print a history in numbers: days, channels, models.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with every day, channel, week and routine.")
@click.option("--fresh", is_flag=True, help="Count everything anew.")
@history_options("db", "source", "user", "read_only")
def stats(options: Options, *, as_json: bool, fresh: bool) -> int | None:
    """Print the year as a calendar, channels, models by week, and routines by how they ended.

    What was counted is kept in your cache folder, so that the next call is quick. ctrl+c stops.
    """
    from tui.cli.stats import print_statistics

    output.begin()
    return history.run(options, lambda source: print_statistics(source, as_json=as_json, anew=fresh))
