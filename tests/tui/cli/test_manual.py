"""The manual page and the completions say what the program does, from the same texts."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.tui.cli.test_cli import printed, run
from tui.commands import COMMANDS
from tui.config.settings import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path


def manual(folder: Path) -> str:
    return "\n".join(printed(run(folder, "man"))) + "\n"


def test_the_manual_has_every_command_key_and_setting(tmp_path: Path) -> None:
    from tui.cli.main import cli

    written = manual(tmp_path)
    page = written.replace("\\-", "-").replace("\\[u2026]", "…")
    for name in cli.commands:
        assert f".SS clawback {name}" in page
    for command in COMMANDS:
        if not command.id.startswith("channel-"):
            assert command.help in page
    for setting in SETTINGS:
        assert setting.explanation in page
    assert written.isascii()
    assert not [line for line in written.splitlines() if line.startswith("'")]


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_roff_takes_the_manual_without_a_warning(tmp_path: Path) -> None:
    done = subprocess.run(
        ["groff", "-ww", "-man", "-Tutf8"], input=manual(tmp_path), capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert "KEYS: IN THE TRANSCRIPT" in re.sub(r".\x08|\x1b\[\d+m", "", done.stdout)


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_shells_get_their_script(tmp_path: Path, shell: str) -> None:
    script = "\n".join(printed(run(tmp_path, "completion", shell)))
    assert "_CLAWBACK_COMPLETE" in script
    assert shell in script


def test_fish_shows_whole_titles(tmp_path: Path) -> None:
    script = "\n".join(printed(run(tmp_path, "completion", "fish")))
    assert re.findall(r"string split .*\$completion", script) == ['string split --max 1 "," $completion']


def test_commands_conversations_and_channels_are_completed(sample: Path, tmp_path: Path) -> None:
    def completed(words: str) -> list[str]:
        asked = {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
        return run(tmp_path, _CLAWBACK_COMPLETE="bash_complete", **asked).stdout.decode().split()

    assert "plain,show" in completed("clawback sh")
    assert "plain,telegram" in completed(f"clawback --db {sample} list --channel tele")
    ids = completed(f"clawback --db {sample} show ")
    assert len(ids) == 50
    assert completed("clawback --db /nowhere/x.db show ") == []


def test_a_name_that_a_shell_would_run_is_not_completed(sample_copy: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(sample_copy)) as db:
        for number, name in enumerate(
            ("$(touch${IFS}owned)", "`id`", "a;b", "a b", "-x", "x\x1b[2J", "a\u3164", "büro.2")
        ):
            db.execute(
                "INSERT INTO conversations (id, channel, user_id) VALUES (?, ?, 'default')", (f"id{number}", name)
            )
        db.commit()
    words = f"clawback --db {sample_copy} --user default --channel "
    asked = {"COMP_WORDS": words, "COMP_CWORD": "6", "_CLAWBACK_COMPLETE": "bash_complete"}
    found = [line.partition(",")[2] for line in run(tmp_path, **asked).stdout.decode().splitlines()]
    with closing(sqlite3.connect(sample_copy)) as db:
        channels = {name for (name,) in db.execute("SELECT channel FROM conversations WHERE user_id = 'default'")}
    assert set(found) == {name for name in channels if re.fullmatch("[a-z0-9ü.-]+", name)} - {"-x"}
    assert "büro.2" in found
