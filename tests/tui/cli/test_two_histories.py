"""The program on a machine with both lives of IronClaw: found, listed, chosen, switched, and remembered."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from store.demo import DEMO_END, write_ironclaw1
from tests.tui.cli.test_cli import printed, run
from tests.tui.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

OLD, NEW = "0.x · ~/.ironclaw/ironclaw.db", "1.x · ~/.ironclaw/reborn/state/reborn-local-dev.db"


@pytest.fixture
def home(sample: Path, tmp_path: Path) -> Path:
    """A home with a year of 0.x, and some weeks of 1.x after it."""
    reborn = tmp_path / ".ironclaw" / "reborn" / "state"
    reborn.mkdir(parents=True)
    shutil.copy(sample, tmp_path / ".ironclaw" / "ironclaw.db")
    write_ironclaw1(reborn / "reborn-local-dev.db", DEMO_END.replace(month=7))
    return tmp_path


def test_paths_lists_both_with_why_and_says_which_is_opened(home: Path) -> None:
    lines = printed(run(home, "paths"))
    assert [line.split()[0] for line in lines[:5]] == ["0.x", "owner", "1.x", "owner", "opens"]
    assert lines[2].endswith("/.ironclaw/reborn/state/reborn-local-dev.db  (state/)")
    assert lines[4] == "opens     1.x  (has the newest message)"


def test_source_chooses_whose_conversations_are_printed(home: Path) -> None:
    old = [json.loads(line)["id"] for line in printed(run(home, "--source", "0.x", "list", "--limit", "3", "--json"))]
    new = [json.loads(line)["id"] for line in printed(run(home, "--source", "1.x", "list", "--limit", "3", "--json"))]
    both = [json.loads(line)["id"] for line in printed(run(home, "list", "--limit", "3", "--json"))]
    assert both == new != old


def test_a_key_shows_the_other_which_is_then_opened_first(home: Path) -> None:
    with Terminal(home) as terminal:
        terminal.until(NEW)
        terminal.until("There are 2 histories")
        terminal.press("S", OLD)
        terminal.until("following")
        terminal.press("S", NEW)
        terminal.press("S", OLD)
        assert terminal.finish("q") == 0
        assert terminal.is_restored()
    with Terminal(home) as terminal:
        terminal.until(OLD)
        terminal.until("? help")
        assert "There are 2 histories" not in terminal.text()
        assert terminal.finish("q") == 0
    assert printed(run(home, "paths"))[4] == "opens     0.x  (used last)"


def test_the_sample_shows_both_and_leaves_what_is_remembered_of_ones_own(home: Path) -> None:
    with Terminal(home, "demo") as terminal:
        terminal.until("0.x · sample history")
        terminal.press("S", "1.x · sample history of 1.x")
        assert terminal.finish("q") == 0
    assert printed(run(home, "paths"))[4] == "opens     1.x  (has the newest message)"
