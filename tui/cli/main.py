"""The command line: refuses what cannot work before the screen is taken, and prints for pipes."""

from __future__ import annotations

import asyncio
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import click

from store.environment.server_url import without_secrets
from store.errors import MissingFile, StoreError
from tui.cli import about, history, output
from tui.config.state import State, state_file
from tui.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from click.shell_completion import CompletionItem

    from store.environment.source import Source


REFUSED = 2
"""Exit status of every refusal."""


def main() -> None:
    """Run the command line; every refusal is one sentence on stderr and status 2."""
    output.prepare()
    try:
        cli(standalone_mode=False, prog_name="clawback")
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.UsageError as error:
        _refuse(f"{error.format_message().rstrip('.')}; {_help_for(error)}")
    except click.ClickException as error:
        _refuse(error.message)
    except MissingFile as error:
        _refuse(f"{error} 'clawback demo' opens a sample history.")
    except StoreError as error:
        _refuse(str(error))


def _help_for(error: click.UsageError) -> str:
    """Return where what was meant may be found."""
    ours = [name for option in cli.params for name in option.opts]
    if isinstance(error, click.NoSuchOption) and error.option_name in ours and error.ctx is not None:
        return f"it stands before the command: clawback {error.option_name} … {error.ctx.info_name}."
    path = error.ctx.command_path if error.ctx is not None else "clawback"
    return f"'{path} --help' says what there is."


def _refuse(sentence: str) -> NoReturn:
    click.echo(f"clawback: {visible(without_secrets(sentence))}", err=True)
    sys.exit(REFUSED)


def _complete(kind: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """Return what completes a conversation or a channel; loaded when the shell asks."""

    def complete(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
        from tui.cli import completion as completing

        offer = completing.conversations if kind == "conversation" else completing.channels
        return offer(context, parameter, begun)

    return complete


def _print_version(context: click.Context, _option: click.Parameter, is_asked: bool) -> None:
    """Print the installed version; a checkout that was never installed has none."""
    if not is_asked:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        click.echo(f"clawback, version {version('clawback')}")
    except PackageNotFoundError:
        click.echo("clawback, not installed")
    context.exit()


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Print the version."
)
@click.option(
    "--db",
    metavar="FILE|URL",
    type=click.Path(),
    help="The database, a file or a PostgreSQL URL; by default the one IronClaw itself would open.",
)
@click.option(
    "--source", metavar="NAME", help="Which history, if there are several, as clawback paths names them: 0.x, 1.x."
)
@click.option("--user", metavar="ID", help="Whose conversations; by default IronClaw's owner.")
@click.option("--channel", metavar="NAME", help="Show this channel first.", shell_complete=_complete("channel"))
@click.option(
    "--read-only",
    is_flag=True,
    help="Never write to the database, whatever is asked; what clawback keeps itself is written.",
)
@click.pass_context
def cli(context: click.Context, /, **given: Any) -> None:
    """Browse everything your IronClaw assistant ever said.

    Without a command, opens the browser on the history that IronClaw keeps, the one used last if there are two.
    """
    if given["db"] is not None and given["source"] is not None:
        raise click.UsageError("--db names a history already; leave --source away.")
    context.obj = given
    if context.invoked_subcommand is None:
        from tui.cli.browse import browse, refuse_without_terminal

        refuse_without_terminal()
        begins_with_view = given["channel"] is None and given["user"] is None

        def run(choice: history.Choice, sources: Sequence[Source]) -> Coroutine[Any, Any, int | None]:
            return browse(
                choice,
                sources,
                channel=given["channel"],
                read_only=given["read_only"],
                begins_with_view=begins_with_view,
                find=partial(history.found, given),
            )

        _run_on_choice(given, run)


@cli.command()
@click.option("--fresh", is_flag=True, help="Write the sample history anew.")
def demo(fresh: bool) -> None:
    """Open a sample history, in files of its own that you may change: one of IronClaw 0.x, and one of 1.x."""
    from tui.cli.browse import browse, refuse_without_terminal
    from tui.cli.sample import samples

    refuse_without_terminal()
    choice, sources = samples(fresh=fresh)
    _run(browse(choice, sources, remembers=False))


@cli.command(name="list")
@click.option("--channel", metavar="NAME", help="Only this channel.", shell_complete=_complete("channel"))
@click.option("--limit", type=click.IntRange(min=1), help="Stop after so many; all by default.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def list_(options: dict[str, Any], channel: str | None, limit: int | None, as_json: bool) -> None:
    """Print the conversations, newest first."""
    from tui.cli.printing import print_list

    _begin_to_print()
    _run_on(options, lambda source: print_list(source, channel or options["channel"], limit, as_json))


@cli.command()
@click.argument("conversation_id", metavar="ID", shell_complete=_complete("conversation"))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def show(options: dict[str, Any], conversation_id: str, as_json: bool) -> None:
    """Print a conversation, named by its id or by how that begins, oldest message first."""
    from tui.cli.printing import print_conversation

    _begin_to_print()
    _run_on(options, lambda source: print_conversation(source, conversation_id, as_json))


@cli.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def search(options: dict[str, Any], query: tuple[str, ...], as_json: bool) -> None:
    """Print the conversations in which QUERY is found; exit status 1 if there are none.

    Words are all required; "a phrase", -without, channel:, kind:, role:, tool:, -tool, since: and until: narrow it.
    After --, words may begin with a minus.
    """
    from tui.cli.printing import print_search

    _begin_to_print()
    _run_on(options, lambda source: print_search(source, " ".join(query), as_json))


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object with every day, channel, week and routine.")
@click.option("--fresh", is_flag=True, help="Count everything anew.")
@click.pass_obj
def stats(options: dict[str, Any], as_json: bool, fresh: bool) -> None:
    """Print the year as a calendar, channels, models by week, and routines by how they ended.

    What was counted is kept in your cache folder, so that the next call is quick. ctrl+c stops.
    """
    from tui.cli.stats import print_statistics

    _begin_to_print()
    _run_on(options, lambda source: print_statistics(source, as_json=as_json, anew=fresh))


@cli.command()
@click.argument("ids", nargs=-1, metavar="[ID]...", shell_complete=_complete("conversation"))
@click.option("--all", "is_all", is_flag=True, help="Every conversation of the user.")
@click.option(
    "--channel", metavar="NAME", help="Every conversation of this channel.", shell_complete=_complete("channel")
)
@click.option("--since", metavar="DATE", help="Only messages from then on, such as 2026-01-03 or 7d.")
@click.option("--until", metavar="DATE", help="Only messages up to the end of that day or moment.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["markdown", "json", "jsonl", "text", "html"]),
    help="By default what the name of the file says, else markdown.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE|DIR|-",
    type=click.Path(),
    help="Where to; by default a file of its own name, here.",
)
@click.option("--force", is_flag=True, help="Replace a file that exists.")
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
@click.pass_obj
def export(options: dict[str, Any], /, **given: Any) -> None:
    """Take conversations along, as a file for people or for programs.

    The file is private to you. json and jsonl keep every row exactly as it is stored; clawback import makes a
    database of them again. ctrl+c stops and leaves nothing behind.
    """
    from tui.cli.export import Asked, run

    given["channel"] = given["channel"] or (None if given["ids"] or given["is_all"] else options["channel"])
    if given["output"] == "-":
        _begin_to_print()
    _run_on(options, lambda source: run(source, Asked(**given)))


@cli.command(name="import")
@click.argument("file", metavar="FILE", type=click.Path())
@click.argument("new", metavar="NEWDB", type=click.Path())
def import_(file: str, new: str) -> None:
    """Make a new database NEWDB of a json or jsonl export."""
    from tui.cli.import_ import run

    _leave(run(file, new))


@cli.command()
@click.option("--database", is_flag=True, help="The index on the order of messages, in IronClaw's own file.")
@click.option("--drop", is_flag=True, help="Take it away again.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def index(options: dict[str, Any], database: bool, drop: bool, yes: bool) -> None:
    """Build the private index that makes searches quick, or take it away.

    It lies in your cache folder, never in IronClaw's database. ctrl+c stops; the next call goes on from there.
    """
    from tui.cli.index import run, run_order

    def work(source: Source) -> Coroutine[Any, Any, int | None]:
        if not database:
            return run(source, drop=drop)
        return run_order(source, drop=drop, is_sure=yes, read_only=options["read_only"] or source.is_replica)

    _run_on(options, work)


for _command in (about.keys, about.config, about.completion, about.man, about.paths):
    cli.add_command(_command)


def _run_on(options: dict[str, Any], work: Callable[[Source], Coroutine[Any, Any, int | None]]) -> None:
    """Run a command on the history that the options name, or the one used last."""
    _run_on_choice(options, lambda choice, _: work(choice.source))


def _run_on_choice(
    options: dict[str, Any], work: Callable[[history.Choice, Sequence[Source]], Coroutine[Any, Any, int | None]]
) -> None:
    found = history.found(options)
    if history.has_open_password(found):
        click.echo(f"clawback: {history.PASSWORD_SEEN}", err=True)

    async def run() -> int | None:
        return await work(await history.choose(found, State(state_file()), options["source"]), found.sources)

    _run(run())


def _run(work: Coroutine[Any, Any, int | None]) -> None:
    _leave(asyncio.run(work))


def _leave(status: int | None) -> None:
    if status:
        sys.exit(status)


def _begin_to_print() -> None:
    """Refuse a closed stdout; let a reader that has seen enough end us without a word."""
    output.require()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
