"""What is killed, doubled or out of room leaves nothing behind, and nothing of others is taken away."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.tui.cli.test_cli import COMMAND, run
from tests.tui.program import ROOT
from tests.tui.terminal import Terminal, environment
from tests.tui.waiting import BOUND

if TYPE_CHECKING:
    from pathlib import Path

EXPORT = """
import sys
from pathlib import Path
from tui.export.output_file import OutputFile
with OutputFile(Path(sys.argv[1])) as file:
    file.write("half")
    print("ready", flush=True)
    sys.stdin.readline()
    file.finish()
"""
IMPORT = """
import sys
from pathlib import Path
from store.files.drafts import draft_folder
with draft_folder(Path(sys.argv[1]).parent, "import") as folder:
    (folder / "strict.db").write_text("half")
    print("ready", flush=True)
    sys.stdin.readline()
"""


def begin(folder: Path, code: str, path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        cwd=ROOT,
        env=environment(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def drafts(folder: Path) -> list[str]:
    return sorted(name for name in os.listdir(folder) if name.startswith(".clawback-"))


@pytest.mark.parametrize("code", [EXPORT, IMPORT])
def test_drafts_of_the_dead_are_taken_away_and_those_of_the_living_stay(
    sample_copy: Path, tmp_path: Path, code: str
) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    for foreign in (".clawback-export-notes", ".clawback-import-99999999-x", ".clawback-0123456789abcdef.part"):
        (folder / foreign).write_text("not ours to judge")
    kept = drafts(folder)
    dead, living = begin(tmp_path, code, folder / "a.json"), begin(tmp_path, code, folder / "b.json")
    dead.kill()
    dead.communicate()
    assert len(drafts(folder)) == len(kept) + 2
    there = str(folder / "c.json")
    exported = run(tmp_path, "--db", str(sample_copy), "export", "--channel", "telegram", "-o", there)
    assert exported.returncode == 0, exported.stderr
    imported = run(tmp_path, "import", there, str(folder / "new.db"))
    assert imported.returncode == 0, imported.stderr
    left = [name for name in drafts(folder) if name not in kept]
    assert [name.split("-")[2] for name in left] == [str(living.pid)]
    living.communicate("\n", timeout=BOUND)
    assert drafts(folder) == kept
    assert (folder / "b.json").exists() == (code == EXPORT)


def test_two_first_demos_at_once_both_open(tmp_path: Path) -> None:
    with Terminal(tmp_path, "demo") as first, Terminal(tmp_path, "demo") as second:
        first.until("? help")
        second.until("? help")
        names = os.listdir(tmp_path / "data" / "clawback")
        assert {name for name in names if not name.endswith(("-wal", "-shm"))} == {"demo.db", "demo-1.x.db"}


def test_a_configuration_for_which_there_is_no_room_is_not_begun(tmp_path: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -f 1; exec "$@"', "sh", *COMMAND, "config", "--init"],
        capture_output=True,
        cwd=tmp_path,
        # A module that is compiled now would be cut off too.
        env=environment(tmp_path, PYTHONDONTWRITEBYTECODE="1"),
        timeout=BOUND,
        check=False,
    )
    assert done.returncode != 0
    assert b"Traceback" not in done.stderr
    assert b"cannot be written (File too large)." in done.stderr
    assert os.listdir(tmp_path / "config" / "clawback") == []
    assert run(tmp_path, "config", "--init").returncode == 0
    assert b"is there already" in run(tmp_path, "config", "--init").stderr
