"""The commands by which clawback tells of itself: keys, settings, files, completion, manual."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import click

from tui.cli import history
from tui.cli.output import say
from tui.config.state import State, demo_file, demo_file_of_1, index_folder, state_file
from tui.text.units import people_path
from tui.text.visible import one_line
from tui.text.zone import SystemZone, TwelveHours

if TYPE_CHECKING:
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


@click.command()
@click.option("--init", is_flag=True, help="Write the file with every option explained.")
def config(init: bool) -> None:
    """Print where the configuration lies and what holds."""
    from tui.config.config_file import config_file, write_template
    from tui.config.settings import SETTINGS

    path = config_file()
    if init:
        write_template(path)
        say(one_line(str(path)))
        return
    chosen = settings()
    say(f"{one_line(str(path))}  ({'read' if path.exists() else 'not there; --init writes it'})")
    for setting in SETTINGS:
        say(f"{setting.name:<10}  {one_line(str(getattr(chosen, setting.name)))}")
    for name, keys in chosen.keys:
        say(f"keys.{name}  {keys}")


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that lets SHELL complete clawback's commands, conversations and channels.

    For bash: clawback completion bash > ~/.local/share/bash-completion/completions/clawback
    """
    from tui.cli.completion import source

    say(source(shell, _group()))


@click.command()
def man() -> None:
    """Print the manual page; clawback man | man -l - shows it."""
    from tui.cli.manual import man_page
    from tui.config.config_file import config_file

    files = [
        (config_file(), "the configuration"),
        (state_file(), "what is remembered between sessions"),
        (demo_file(), "the sample history"),
        (demo_file_of_1(), "the sample history of IronClaw 1.x"),
        (index_folder(), "search indexes"),
    ]
    say(man_page(_group(), [(people_path(path), what) for path, what in files]).removesuffix("\n"))


@click.command()
@click.pass_obj
def paths(options: dict[str, Any]) -> None:
    """Print every history that was found, which files are used, and why."""
    from tui.config.config_file import config_file

    found = history.found(options)
    rows: list[tuple[str, object, str]] = []
    for source in found.sources:
        label = "database" if len(found.sources) == 1 else source.name
        rows.append((label, source.path or source.shown, source.refusal or source.why))
        if not source.refusal:
            rows.append(("owner", source.owner, source.owner_source))
    if len(found.sources) > 1:
        choice = asyncio.run(history.choose(found, State(state_file()), options["source"]))
        rows.append(("opens", choice.source.name, choice.why))
    rows += [
        ("IronClaw", found.base_dir, found.base_dir_source),
        ("1.x home", found.home1, found.home1_source),
        ("sample", demo_file(), "written by clawback demo"),
        ("sample 1.x", demo_file_of_1(), "written by clawback demo"),
        ("settings", config_file(), "written by clawback config --init"),
        ("state", state_file(), "what clawback remembers"),
        ("edits", State(state_file()).journal, "the journal that undo reads"),
        ("seen", State(state_file()).seen, "what you have read"),
        ("index", index_folder(), "search indexes, built by clawback index"),
    ]
    for name, value, why in rows:
        say(f"{name:<9} {one_line(str(value))}  ({one_line(why)})")


def _group() -> click.Group:
    """Return the whole command line."""
    group = click.get_current_context().find_root().command
    assert isinstance(group, click.Group)
    return group
