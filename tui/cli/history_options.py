"""The options that choose a history: every command about one takes them, before its name or after it."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from tui.cli.options import Said, options_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem

Command = TypeVar("Command", bound="Callable[..., Any]")


class HistoryOption(click.Option):
    """An option that every command about a history takes; what stands after the command counts more."""

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """Return what a wrong value is blamed on: the option, or the environment variable that gave it."""
        is_typed = ctx is None or ctx.get_parameter_source(str(self.name)) is not ParameterSource.ENVIRONMENT
        return super().get_error_hint(ctx) if is_typed else str(self.envvar)


class HistoryCommand(click.Command):
    """A command about a history; its help tells its own options apart from those that choose the history."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write both kinds of options."""
        shared = [each for each in self.get_params(ctx) if isinstance(each, HistoryOption)]
        own = [each for each in self.get_params(ctx) if each not in shared]
        for title, options in (("Options", own), ("Which history (also before the command)", shared)):
            rows = [row for each in options if (row := each.get_help_record(ctx)) is not None]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


def complete(kind: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """Return what completes a conversation or a channel; loaded when the shell asks."""

    def offer(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
        from tui.cli import completion as completing

        found = completing.conversations if kind == "conversation" else completing.channels
        return found(context, parameter, begun)

    return offer


def _keep(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Note a value, and what gave it."""
    name = str(parameter.name)
    source = context.get_parameter_source(name)
    if source in (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT):
        is_typed = source is ParameterSource.COMMANDLINE
        origin = parameter.opts[0] if is_typed else str(parameter.envvar)
        context.ensure_object(dict)[name] = Said(value, origin, is_typed)


_ATTRIBUTES: dict[str, dict[str, Any]] = {
    "db": {
        "metavar": "FILE|URL",
        "type": click.Path(),
        "help": "A file or a PostgreSQL URL; by default what IronClaw itself would open.",
    },
    "source": {"metavar": "NAME", "help": "Which of several, by its name in clawback paths: 0.x, 1.x."},
    "user": {"metavar": "ID", "help": "Whose conversations; by default IronClaw's owner."},
    "channel": {
        "metavar": "NAME",
        "help": "This channel: first in the browser, alone in what is printed.",
        "shell_complete": complete("channel"),
    },
    "read_only": {
        "is_flag": True,
        "help": "Never write to the database, whatever is asked; what clawback keeps itself is written.",
    },
}
ALL = tuple(_ATTRIBUTES)
"""The names of the options."""


def history_options(*names: str, reads_environment: bool = False) -> Callable[[Command], Command]:
    """Return what adds options to a command, which is then called with an ``Options`` as its first argument.

    Args:
        names: Which of them.
        reads_environment: Whether ``CLAWBACK_DB`` and the like hold where an option is not given: true of the group,
            since a command would let them count more than what stands before it.
    """

    def decorate(function: Command) -> Command:
        @wraps(function)
        def run(*arguments: Any, **given: Any) -> Any:
            return function(options_of(click.get_current_context()), *arguments, **given)

        for name in reversed(names):
            add = click.option(
                f"--{name.replace('_', '-')}",
                cls=HistoryOption,
                expose_value=False,
                callback=_keep,
                envvar=f"CLAWBACK_{name.upper()}" if reads_environment else None,
                **_ATTRIBUTES[name],
            )
            run = add(run)
        return run  # type: ignore[return-value]  # has one argument less, as click calls it

    return decorate
