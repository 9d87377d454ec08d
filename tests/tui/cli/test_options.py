"""What chooses a history may stand before a command or after it, or in the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from tests.tui.cli.test_cli import printed, refused, run
from tui.cli.history_options import ALL, HistoryCommand, history_options
from tui.cli.main import cli
from tui.cli.options import Options

if TYPE_CHECKING:
    from pathlib import Path


def options(*arguments: str, **environment: str) -> Options:
    """Return what a command is told."""
    told: list[Options] = []

    @click.group(invoke_without_command=True)
    @history_options(*ALL, reads_environment=True)
    def program(_options: Options) -> None:
        pass

    @program.command(cls=HistoryCommand)
    @history_options(*ALL)
    def command(options: Options) -> None:
        told.append(options)

    CliRunner().invoke(program, arguments, env=environment, catch_exceptions=False, standalone_mode=False)
    return told[0]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--db", "a.db", "--user", "ada", "--channel", "x", "--read-only", "command"),
        ("command", "--db", "a.db", "--user", "ada", "--channel", "x", "--read-only"),
        ("--db", "a.db", "--read-only", "command", "--user", "ada", "--channel", "x"),
    ],
)
def test_options_stand_before_the_command_or_after_it(arguments: tuple[str, ...]) -> None:
    assert options(*arguments) == Options(db="a.db", user="ada", channel="x", read_only=True)


def test_what_stands_after_the_command_counts_more() -> None:
    assert options("--user", "ada", "command", "--user", "bea").user == "bea"


def test_the_environment_holds_where_nothing_is_said_and_is_told_as_the_reason() -> None:
    everything = {"CLAWBACK_DB": "e.db", "CLAWBACK_USER": "eve", "CLAWBACK_CHANNEL": "x", "CLAWBACK_READ_ONLY": "1"}
    found = options("command", **everything)
    assert found == Options("e.db", None, "eve", "x", True, "CLAWBACK_DB", "CLAWBACK_USER")
    assert options("command", "--user", "ada", **everything).user == "ada"
    assert options("--user", "ada", "command", **everything).user_from == "--user"
    assert options("command", CLAWBACK_READ_ONLY="0").read_only is False
    assert options("command", CLAWBACK_USER="").user is None


def test_a_history_that_is_typed_takes_the_place_of_one_in_the_environment() -> None:
    assert options("command", "--source", "1.x", CLAWBACK_DB="e.db") == Options(source="1.x")
    assert options("command", "--db", "a.db", CLAWBACK_SOURCE="1.x") == Options(db="a.db")
    with pytest.raises(click.UsageError, match="CLAWBACK_DB names a history already; leave CLAWBACK_SOURCE away"):
        options("command", CLAWBACK_DB="e.db", CLAWBACK_SOURCE="1.x")
    with pytest.raises(click.UsageError, match="--db names a history already; leave --source away"):
        options("--db", "a.db", "command", "--source", "1.x")


def test_every_command_that_opens_a_history_takes_them_and_says_so(tmp_path: Path, sample: Path) -> None:
    for name in ("list", "show", "search", "stats", "export", "index", "paths"):
        text = CliRunner().invoke(cli, [name, "--help"]).output
        own, shared = text.split("Which history (also before the command):")
        assert "--db FILE|URL" in shared
        assert "--db" not in own
    assert len(printed(run(tmp_path, "list", "--limit", "2", CLAWBACK_DB=str(sample)))) == 2
    (first, *_) = printed(run(tmp_path, "paths", CLAWBACK_DB=str(sample)))
    assert first == f"database  {sample}  (CLAWBACK_DB)"


def test_the_help_tells_every_command_in_one_whole_line() -> None:
    lines = CliRunner().invoke(cli, ["--help"], terminal_width=80).output.partition("Commands:\n")[2].splitlines()
    assert len(lines) == len(cli.commands)
    assert all(line.endswith(".") and "..." not in line for line in lines)


def test_what_is_no_truth_is_refused_as_one(tmp_path: Path) -> None:
    assert "CLAWBACK_READ_ONLY" in refused(run(tmp_path, "paths", CLAWBACK_READ_ONLY="perhaps"))
