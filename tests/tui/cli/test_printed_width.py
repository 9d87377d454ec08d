"""What is printed for people is no wider than their terminal, and whole in a pipe."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from tests.tui.program import MAIN
from tests.tui.terminal import environment

if TYPE_CHECKING:
    from pathlib import Path


def printed(folder: Path, columns: int, *arguments: str) -> list[str]:
    """Return the lines that a command prints on a terminal."""
    master, slave = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", MAIN, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=slave,
        stderr=subprocess.DEVNULL,
        env=environment(folder) | {"COLUMNS": str(columns)},
    ) as running:
        os.close(slave)
        parts = []
        try:
            while part := os.read(master, 65536):
                parts.append(part)
        except OSError:  # How Linux tells that the other end was closed.
            pass
        finally:
            os.close(master)
    assert running.returncode == 0
    return b"".join(parts).decode().splitlines()


@pytest.mark.parametrize("columns", [20, 50, 80])
@pytest.mark.parametrize("command", [("list",), ("search", "the")])
def test_a_line_fits_the_terminal(command: tuple[str, ...], columns: int, tmp_path: Path, sample: Path) -> None:
    lines = printed(tmp_path, columns, "--db", str(sample), *command)
    assert lines
    assert max(map(cell_len, lines)) <= columns
    assert any(line.endswith("…") for line in lines)


def test_a_pipe_gets_whole_lines(tmp_path: Path, sample: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "--db", str(sample), "list"],
        capture_output=True,
        check=True,
        env=environment(tmp_path) | {"COLUMNS": "50"},
    )
    assert max(map(cell_len, done.stdout.decode().splitlines())) > 80
