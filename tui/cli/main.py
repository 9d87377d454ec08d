"""The command line: refuses what cannot work before the screen is taken, and prints for pipes."""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import click

from store.environment.server_url import without_secrets
from store.errors import MissingFile, StoreError
from tui.cli import about, file_commands, history, output, print_commands
from tui.cli.history_options import ALL, HistoryCommand, history_options
from tui.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    from store.environment.source import Source
    from tui.cli.options import Options


REFUSED = 2
"""Exit status of every refusal."""


def main() -> None:
    """Run the command line; every refusal is one sentence on stderr and status 2."""
    output.prepare()
    try:
        status = cli(standalone_mode=False, prog_name="clawback")
    except click.exceptions.Exit as leave:
        status = leave.exit_code
    except click.Abort:
        status = 130
    except click.UsageError as error:
        # click's own words may be a question, and stand on several lines.
        said = " ".join(error.format_message().split()).rstrip(".")
        _refuse(f"{said}{'' if said.endswith('?') else ';'} {_help_for(error)}")
    except click.ClickException as error:
        _refuse(error.message)
    except MissingFile as error:
        _refuse(f"{error} 'clawback demo' opens a sample history.")
    except StoreError as error:
        _refuse(str(error))
    if status:
        sys.exit(status)


def _help_for(error: click.UsageError) -> str:
    """Return where what was meant may be found."""
    path = error.ctx.command_path if error.ctx is not None else "clawback"
    return f"'{path} --help' says what there is."


def _refuse(sentence: str) -> NoReturn:
    from tui.cli import web_page

    said = f"clawback: {visible(without_secrets(sentence))}"
    if web_page.is_drawn_on():
        web_page.tell(said)
    click.echo(said, err=True)
    sys.exit(REFUSED)


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
    "--version",
    "-V",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version.",
)
@history_options(*ALL, reads_environment=True)
@click.pass_context
def cli(context: click.Context, options: Options) -> int | None:
    """Browse everything your IronClaw assistant ever said.

    Without a command, opens the browser on the history that IronClaw keeps, the one used last if there are two.
    Options may stand before a command or after it; environment variables (CLAWBACK_DB, CLAWBACK_SOURCE,
    CLAWBACK_USER, CLAWBACK_CHANNEL, CLAWBACK_READ_ONLY) hold where they are not given.
    """
    if context.invoked_subcommand is not None:
        return None
    from tui.cli.browse import browse, refuse_without_terminal

    refuse_without_terminal()

    def run(choice: history.Choice, sources: Sequence[Source]) -> Coroutine[Any, Any, int | None]:
        return browse(
            choice,
            sources,
            channel=options.channel,
            read_only=options.read_only,
            begins_with_view=options.channel is None and options.user is None,
            find=partial(history.found, options),
        )

    return history.run_on_choice(options, run)


@cli.command(cls=HistoryCommand, short_help="Open a sample history to look around in.")
@click.option("--fresh", is_flag=True, help="Write the sample history anew.")
@history_options("channel", "read_only")
def demo(options: Options, fresh: bool) -> int | None:
    """Open a sample history, in files of its own that you may change: one of IronClaw 0.x, and one of 1.x."""
    from tui.cli.browse import browse, refuse_without_terminal
    from tui.cli.sample import samples

    refuse_without_terminal()
    choice, sources = samples(fresh=fresh)
    return asyncio.run(browse(choice, sources, channel=options.channel, read_only=options.read_only, remembers=False))


@cli.command(cls=HistoryCommand, short_help="Show the browser on a page of your web browser.")
@click.option(
    "--port", metavar="N", type=click.IntRange(0, 65535), default=8000, help="Where; 0 for any free one. [8000]"
)
@click.option("--write", is_flag=True, help="Let the page edit metadata; without it, it is read-only.")
@history_options(*ALL)
def serve(options: Options, port: int, write: bool) -> int | None:
    """Show the browser on a page of your web browser, at a secret address on this machine.

    Nobody else reaches it: it answers on 127.0.0.1 alone, and only those who know the address.
    """
    from tui.cli.serve import serve as run

    if write and options.read_only:
        raise click.UsageError("--write and --read-only contradict each other; leave one of them away.")
    return history.run(options, lambda source: run(source, options, port=port, writes=write))


for _command in (
    *(print_commands.list_, print_commands.show, print_commands.search, print_commands.stats),
    *(file_commands.export, file_commands.import_, file_commands.index),
    *(about.keys, about.config, about.completion, about.man, about.paths),
):
    cli.add_command(_command)
