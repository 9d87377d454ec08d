"""What long work tells of itself: how far it is, and what is left, on a terminal alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.tui.cli.test_cli import printed, run
from tests.tui.terminal import Terminal
from tui.cli.progress_line import time_left

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("done", "total", "taken", "left"),
    [
        (0, 100, 5.0, ""),
        (1, 100, 0.5, ""),
        (25, 100, 10.0, "30 s left"),
        (1, 100, 10.0, "16 min left"),
        (110, 100, 10.0, "0 s left"),
    ],
)
def test_what_is_left_goes_by_what_was_done(done: int, total: int, taken: float, left: str) -> None:
    assert time_left(done, total, taken) == left


def test_an_import_tells_how_far_it_is_and_can_be_stopped(sample: Path, tmp_path: Path) -> None:
    printed(run(tmp_path, "--db", str(sample), "export", "--channel", "telegram", "-o", "a.jsonl"))
    lines = (tmp_path / "a.jsonl").read_text().splitlines(keepends=True)
    os.mkfifo(tmp_path / "pipe.jsonl")
    with Terminal(tmp_path, "import", "pipe.jsonl", "new.db") as terminal:
        with (tmp_path / "pipe.jsonl").open("w") as pipe:
            pipe.writelines(lines[:-1])

            def has_told(text: str) -> bool:
                # Lines without anything go on until a moment has gone by.
                print(file=pipe, flush=True)
                return "rows; ctrl+c stops." in text

            terminal.until(has_told)
            status = terminal.finish("\x03")
        assert status == 130
        assert "Stopped; nothing was imported." in terminal.text()
    assert sorted(name for name in os.listdir(tmp_path) if "new.db" in name or name.startswith(".claw")) == []


def test_an_import_tells_that_the_indexes_come_last(sample: Path, tmp_path: Path) -> None:
    printed(run(tmp_path, "--db", str(sample), "export", "--channel", "telegram", "-o", "a.jsonl"))
    rows = len((tmp_path / "a.jsonl").read_text().splitlines())
    with Terminal(tmp_path, "import", "a.jsonl", "new.db") as terminal:
        assert terminal.finish() == 0
        assert f"Imported {rows:,} rows, now their indexes …" in terminal.written.decode()
        assert "indexes" not in terminal.text()
