"""The commands by which clawback tells of itself: keys, settings, files, completion, manual."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, NamedTuple

import click

from tui.cli import history
from tui.cli.history_options import HistoryCommand, history_options
from tui.cli.output import say
from tui.config.reader_facts import BOOKMARKS_FILE, MARKS_FILE
from tui.config.state import State, demo_file, demo_file_of_1, index_folder, state_file
from tui.text.units import people_path
from tui.text.visible import one_line
from tui.text.zone import SystemZone, TwelveHours

if TYPE_CHECKING:
    from pathlib import Path

    from store.environment.locate import Found
    from tui.cli.options import Options
    from tui.config.settings import Settings


def settings() -> Settings:
    """Return what the owner set.

    Raises:
        ConfigError: the configuration cannot be used.
    """
    from tui.config.config_file import config_file, read_settings

    return read_settings(config_file())


def zone(chosen: Settings | None = None) -> SystemZone:
    """Return the reader's zone, with hours counted as some settings say, by default those that hold.

    Raises:
        ConfigError: the configuration cannot be used.
    """
    return TwelveHours() if (chosen or settings()).clock == "12h" else SystemZone()


@click.command()
def keys() -> None:
    """Print every key of the browser."""
    from tui.commands import ALL_COMMANDS, keys_label

    keymap = settings().keymap
    for command in ALL_COMMANDS:
        say(f"{command.scope.value:<11} {keys_label(command, keymap):<15} {command.help}")


@click.command(short_help="Print the settings that hold, and where they lie.")
@click.option("--init", is_flag=True, help="Write the file with every option explained.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def config(init: bool, as_json: bool) -> None:
    """Print where the configuration lies and what holds."""
    from tui.config.config_file import config_file, write_template
    from tui.config.settings import SETTINGS

    path = config_file()
    if init:
        write_template(path)
        say(one_line(str(path)))
        return
    chosen = settings()
    values = {setting.name: getattr(chosen, setting.name) for setting in SETTINGS}
    if as_json:
        say(json.dumps({"path": str(path), "is_there": path.exists(), "settings": values, "keys": dict(chosen.keys)}))
        return
    say(f"{one_line(str(path))}  ({'read' if path.exists() else 'not there; --init writes it'})")
    for name, value in values.items():
        say(f"{name:<10}  {one_line(str(value))}")
    for name, keys in chosen.keys:
        say(f"keys.{name}  {keys}")


@click.command(short_help="Print a script that completes commands in a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that lets SHELL complete clawback's commands, conversations and channels.

    For bash: clawback completion bash > ~/.local/share/bash-completion/completions/clawback
    """
    from tui.cli.completion import source

    say(source(shell, _group()))


@click.command(short_help="Print the manual page.")
def man() -> None:
    """Print the manual page; clawback man | man -l - shows it."""
    from tui.cli.manual import man_page
    from tui.config.config_file import config_file

    files = [
        (config_file(), "the configuration"),
        (state_file(), "what is remembered between sessions"),
        (demo_file(), "the sample history"),
        (demo_file_of_1(), "the sample history of IronClaw 1.x"),
        (index_folder(), "search indexes, and counts of the statistics"),
    ]
    say(man_page(_group(), [(people_path(path), what) for path, what in files]).removesuffix("\n"))


class _OwnFile(NamedTuple):
    """A file or a folder of clawback's own."""

    name: str
    path: Path | None
    why: str


def _own_files() -> list[_OwnFile]:
    """Return the files that clawback may write."""
    from tui.config.config_file import config_file

    state = State(state_file())
    return [
        _OwnFile("sample", demo_file(), "written by clawback demo"),
        _OwnFile("sample 1.x", demo_file_of_1(), "written by clawback demo"),
        _OwnFile("settings", config_file(), "written by clawback config --init"),
        _OwnFile("state", state_file(), "what clawback remembers"),
        _OwnFile("edits", state.journal, "the journal that undo reads"),
        _OwnFile("seen", state.seen, "what you have read"),
        _OwnFile("bookmarks", state_file().with_name(BOOKMARKS_FILE), "the places and notes of your bookmarks"),
        _OwnFile("marks", state_file().with_name(MARKS_FILE), "which conversations you marked"),
        _OwnFile("index", index_folder(), "search indexes, built by clawback index, and counts of the statistics"),
    ]


@click.command(cls=HistoryCommand, short_help="Print which histories and files are used, and why.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@history_options("db", "source", "user", "read_only")
def paths(options: Options, as_json: bool) -> None:
    """Print every history that was found, which files are used, and why."""
    found = history.found(options)
    choice = None
    if len(found.sources) > 1:
        choice = asyncio.run(history.choose(found, State(state_file()), options.source))
    if as_json:
        say(json.dumps(_facts(found, choice)))
        return
    rows: list[tuple[str, object, str]] = []
    for source in found.sources:
        label = "database" if choice is None else source.name
        rows.append((label, source.path or source.shown, source.refusal or source.why))
        if not source.refusal:
            rows.append(("owner", source.owner, source.owner_source))
    if choice is not None:
        rows.append(("opens", choice.source.name, choice.why))
    rows += [
        ("IronClaw", found.base_dir, found.base_dir_source),
        ("1.x home", found.home1, found.home1_source),
        *_own_files(),
    ]
    for name, value, why in rows:
        say(f"{name:<9} {one_line(str(value))}  ({one_line(why)})")


def _facts(found: Found, choice: history.Choice | None) -> dict[str, object]:
    """Return the same for programs."""
    histories = [
        {
            "name": source.name,
            "kind": source.kind.value,
            "place": str(source.path or source.shown),
            "why": source.why,
            "owner": source.owner,
            "owner_why": source.owner_source,
            "refusal": source.refusal or None,
            "is_opened": choice is None or source is choice.source,
        }
        for source in found.sources
    ]
    return {
        "histories": histories,
        "ironclaw": {"path": str(found.base_dir), "why": found.base_dir_source},
        "ironclaw_1": {"path": str(found.home1), "why": found.home1_source},
        "files": {each.name: str(each.path) for each in _own_files()},
    }


def _group() -> click.Group:
    """Return the whole command line."""
    group = click.get_current_context().find_root().command
    assert isinstance(group, click.Group)
    return group
