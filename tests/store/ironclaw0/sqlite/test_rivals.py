"""Several programs, of both engines, edit one conversation at once, and some of them are killed at it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from random import Random
from typing import TYPE_CHECKING

import pytest

from store import open_store
from store.domain.metadata_json import changes
from store.domain.strict_json import parse
from store.editing.editor import Editor
from store.editing.journal import Journal
from tests.store.agent import WRITER, sound
from tests.store.conftest import CAMPAIGN, ROOT, USER, add_conversation, plain

if TYPE_CHECKING:
    from pathlib import Path

EDIT = """
import asyncio, sys
from pathlib import Path
from store import MetadataConflict, open_store
from store.domain.metadata_json import merge, with_field
from store.editing.editor import Editor
from store.editing.journal import Journal

async def main():
    path, journal, made, user, prefix, rounds = sys.argv[1:]
    async with open_store(path) as store:
        editor = Editor(store, Journal(Path(journal)), path)
        for number in range(int(rounds)):
            shown = (await store.read_metadata(made, user)).text
            mine = with_field(shown, f"{prefix}{number}", str(number))
            while True:
                try:
                    await editor.save(made, user, mine, shown)
                    break
                except MetadataConflict as conflict:
                    merged = merge(shown, conflict.stored.text, mine)
                    assert not merged.conflicts
                    shown, mine = conflict.stored.text, merged.text
            print(number, flush=True)
asyncio.run(main())
"""


def start(path: Path, made: str, prefix: str, rounds: int, *, is_agent: bool) -> subprocess.Popen[str]:
    job = [made, prefix, str(rounds)]
    agent = [*WRITER, str(path), "edit", *job]
    ours = [sys.executable, "-c", EDIT, str(path), str(path.with_name("edits.jsonl")), made, USER, *job[1:]]
    return subprocess.Popen(
        agent if is_agent else ours, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def fields_of(path: Path, made: str) -> dict[str, int]:
    with plain(path) as db:
        return parse(db.execute("SELECT metadata FROM conversations WHERE id = ?", (made,)).fetchone()[0])


@pytest.mark.campaign
async def test_eight_writers_of_one_conversation_lose_no_edit(agent_file: Path) -> None:
    rounds = 8 * CAMPAIGN
    with plain(agent_file) as db:
        made = add_conversation(db)
    rivals = [start(agent_file, made, f"{n}_", rounds, is_agent=n % 2 == 0) for n in range(8)]
    for rival in rivals:
        _, error = rival.communicate(timeout=120 + rounds)
        assert rival.returncode == 0, error
    assert fields_of(agent_file, made) == {f"{n}_{number}": number for n in range(8) for number in range(rounds)}
    assert sound(agent_file)
    edits = Journal(agent_file.with_name("edits.jsonl")).edits()
    names = [edit.fields for edit in edits]
    assert all(edit.is_confirmed for edit in edits)
    assert 0 < len(names) == len(set(names)) <= 4 * rounds


@pytest.mark.campaign
async def test_a_writer_killed_at_an_edit_loses_nothing_and_leaves_nothing_half(agent_file: Path) -> None:
    chance = Random(4)
    journal = Journal(agent_file.with_name("edits.jsonl"))
    for number in range(3 * CAMPAIGN):
        with plain(agent_file) as db:
            made = add_conversation(db)
        rivals = {name: start(agent_file, made, name, 400, is_agent=name == "agent") for name in ("agent", "we")}
        victim = chance.choice([*rivals])
        told = {name: killed(rivals[name], chance.randint(1, 25)) for name in (victim, *rivals.keys() - {victim})}
        stored = fields_of(agent_file, made)
        for prefix, acknowledged in told.items():
            assert acknowledged == list(range(len(acknowledged)))
            mine = [value for name, value in stored.items() if name.startswith(prefix)]
            assert mine in ([*acknowledged], [*acknowledged, len(acknowledged)]), f"round {number}"
        await the_journal_tells_what_is_stored(agent_file, made, journal)
        with plain(agent_file) as db:
            assert db.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    assert sound(agent_file)


def killed(writer: subprocess.Popen[str], edits: int) -> list[int]:
    """Kill a writer after it made so many edits; return every edit that it acknowledged."""
    assert writer.stdout is not None
    assert writer.stderr is not None
    with writer.stdout as out, writer.stderr as complaints:
        lines = [out.readline() for _ in range(edits)]
        os.kill(writer.pid, signal.SIGKILL)
        lines += out.readlines()
        assert not complaints.read()
    writer.wait()
    return [int(line) for line in lines if line.endswith("\n")]


async def the_journal_tells_what_is_stored(path: Path, made: str, journal: Journal) -> None:
    async with open_store(path) as store:
        edits = [edit for edit in await Editor(store, journal, str(path)).edits() if edit.conversation_id == made]
        assert all(edit.is_confirmed for edit in edits)
        stored = parse((await store.read_metadata(made, USER)).text)
    told = {change.name for edit in edits for change in changes(edit.before, edit.after)}
    assert told == {name for name in stored if name.startswith("we")}
