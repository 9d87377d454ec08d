"""The manual page, made from the same texts as the help: command line, keys, settings. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.cli.history_options import HistoryOption
from tui.commands import Scope, listed
from tui.config.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ABOUT = (
    "opens the database in which IronClaw, a personal assistant, keeps every conversation, and shows all of it: every"
    " channel, every routine, back to the first message. It reads without changing a byte, beside an agent that keeps"
    " writing; metadata are edited with a preview of every change, and undone."
)


def man_page(group: click.Group, files: Iterable[tuple[str, str]]) -> str:
    """Return the manual page as roff, section 1.

    Args:
        group: The command line.
        files: Paths that are used, as people write them, and what for.
    """
    lines = ['.TH CLAWBACK 1 "" clawback "User Commands"', ".SH NAME"]
    lines += [_text("clawback - a terminal browser for everything an IronClaw assistant said"), ".SH SYNOPSIS"]
    lines += [".B clawback", _text("[options] [command]"), ".SH DESCRIPTION", ".B clawback", _text(_ABOUT)]
    context = click.Context(group, info_name="clawback")
    lines += [".SH OPTIONS", *_options(group, context), ".SH COMMANDS"]
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None:
            lines += _command(name, command, context)
    for scope in Scope:
        lines += [".SH " + _text(f"Keys: {scope.title}").upper()]
        for keys, what in listed(scope):
            lines += [".TP", f".B {_quoted(keys)}", _text(what)]
    lines += [".SH CONFIGURATION", _text("clawback config --init writes config.toml with every option explained.")]
    for setting in SETTINGS:
        values = f" One of {', '.join(setting.choices)}." if setting.choices else ""
        lines += [".TP", f".B {_quoted(setting.name)}", _text(f"{setting.explanation}{values}")]
    lines += [".TP", f".B {_quoted('[keys]')}", _text("Keys by the id of their command; several with commas.")]
    lines += [".SH ENVIRONMENT"]
    for option in group.params:
        if isinstance(option, HistoryOption):
            lines += [
                ".TP",
                f".B {_quoted(str(option.envvar))}",
                _text(f"Holds where {option.opts[0]} is not given."),
            ]
    lines += [".TP", f".B {_quoted('CLAWBACK_CONFIG')}", _text("Another file in place of config.toml.")]
    lines += [".SH FILES"]
    for path, what in files:
        lines += [".TP", f".I {_quoted(path)}", _text(what)]
    lines += [".SH EXIT STATUS", _text("0; 1 if a search finds nothing; 2 for every refusal, told in one sentence.")]
    return "\n".join(lines) + "\n"


def _command(name: str, command: click.Command, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent)
    usage = " ".join(piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]")
    yield f".SS {_text(f'clawback {name} {usage}'.strip())}"
    for paragraph in (command.help or "").split("\n\n"):
        yield _text(" ".join(paragraph.split()))
        yield ".PP"
    yield from _options(command, context)
    shared = [each.opts[0] for each in command.params if isinstance(each, HistoryOption)]
    if shared:
        yield from (".PP", _text(f"Also {', '.join(shared)}, as above."))


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.params:
        if isinstance(parameter, HistoryOption) and not isinstance(command, click.Group):
            continue
        record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
        if record is not None:
            yield from (".TP", f".B {_quoted(record[0])}", _text(record[1]))


def _text(text: str) -> str:
    """Return a text that roff prints as it is."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    escaped = "".join(letter if letter.isascii() else f"\\[u{ord(letter):04X}]" for letter in escaped)
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


def _quoted(text: str) -> str:
    escaped = _text(text).replace('"', "\\(dq")
    return f'"{escaped}"'
