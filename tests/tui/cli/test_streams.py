"""Streams that are closed, full, or of another encoding: a sentence at most, never a traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.store.conftest import CAMPAIGN
from tests.tui.cli.test_cli import run, run_forked, run_in_shell
from tests.tui.program import CAN_FORK
from tests.tui.terminal import environment

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = {
    "browser": (),
    "demo": ("demo",),
    "list": ("list",),
    "search": ("search", "the"),
    "export": ("export", "--all", "-o", "out.json", "--force"),
    "export to stdout": ("export", "--all", "-o", "-"),
    "index": ("index",),
    "index again": ("index",),
    "drop": ("index", "--drop"),
    "order": ("index", "--database", "--drop"),
    "order, asked": ("index", "--database"),
    "keys": ("keys",),
    "config": ("config",),
    "paths": ("paths",),
    "man": ("man",),
    "completion": ("completion", "bash"),
    "version": ("--version",),
    "help": ("--help",),
    "help of a command": ("index", "--help"),
}
WAYS = {"<&-": (0,), ">&-": (1,), "2>&-": (2,), "<&- >&- 2>&-": (0, 1, 2), ">/dev/full": ()}
"""How a shell says it, and the streams that are closed."""
LOCALES = ("cp1252", "euc-jp") if CAMPAIGN == 1 else ("cp1252", "latin-1", "ascii", "euc-jp", "shift_jis", "koi8-r")


def commands(way: str) -> dict[str, tuple[str, ...]]:
    """Return the commands to try a way with: a full disk under each, of the others every third, all in a campaign."""
    if way == ">/dev/full" or CAMPAIGN > 1:
        return COMMANDS
    return dict(list(COMMANDS.items())[[*WAYS].index(way) % 3 :: 3])


@pytest.mark.parametrize("way", WAYS)
def test_no_stream_is_needed_but_the_one_that_is_used(sample_copy: Path, tmp_path: Path, way: str) -> None:
    for name, command in commands(way).items():
        arguments = (*(("--db", str(sample_copy)) if name != "demo" else ()), *command)
        if CAN_FORK:
            variables, is_full = environment(tmp_path), way == ">/dev/full"
            done = run_forked(tmp_path, *arguments, variables=variables, closed=WAYS[way], is_full=is_full)
        else:
            done = run_in_shell(tmp_path, way, *arguments)
        assert b"Traceback" not in done.stderr, (name, done.stderr)
        assert b"rror:" not in done.stderr, (name, done.stderr)
        assert done.returncode in (0, 2), (name, done.returncode)
        assert done.stderr.count(b"\n") <= 2, (name, done.stderr)
        if way == ">/dev/full" and name not in ("browser", "demo", "export", "order, asked"):
            assert done.returncode == 2, name
            assert b"stdout cannot be written (No space left on device)" in done.stderr, (name, done.stderr)


@pytest.mark.parametrize("encoding", LOCALES)
def test_what_an_encoding_does_not_have_becomes_a_stand_in(sample_copy: Path, tmp_path: Path, encoding: str) -> None:
    first = run(tmp_path, "--db", str(sample_copy), "list", "--limit", "1").stdout.split()[0].decode()
    for command in (("list",), ("search", "tomato"), ("show", first), ("keys",), ("--help",), ("man",)):
        done = run(tmp_path, "--db", str(sample_copy), *command, PYTHONIOENCODING=encoding)
        assert (done.returncode, done.stderr) == (0, b""), command
        assert done.stdout
