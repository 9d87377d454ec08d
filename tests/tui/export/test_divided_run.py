"""A large export by several processes: the same file to the last byte, and none of them is left, whatever happens."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from store import open_store
from store.contract.stored_rows import RowSelection
from store.core import row_taking
from store.errors import NotADatabase, StoreError
from store.records import MessageCursor
from tests.store.conftest import ROOT, add_conversation, add_message, make_database, plain
from tests.tui.export.conftest import job, measured
from tests.tui.terminal import environment
from tests.tui.waiting import BOUND, until
from tui.export import divided_run
from tui.export.export_format import Counts, Format
from tui.export.export_run import write
from tui.export.job import Job, Stopped
from tui.export.worker_pool import WorkerPool
from tui.export.worker_process import Assignment

LARGE = 1_000_000
DIVIDED = """
from tui.export import divided_run
divided_run._LEAST_MARKUP, divided_run._cores = 1, lambda: 2
from tui.__main__ import main
main()
"""


def workers(parent: int) -> set[int]:
    """Return the processes that help a process with an export and are still there."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, started_by = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                is_helper = b"worker_process" in (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if int(started_by) == parent and state != "Z" and is_helper:
                found.add(int(entry.name))
    return found


def is_there(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def divided(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every export is divided among two processes, in small portions."""
    monkeypatch.setattr(divided_run, "is_worth_dividing", lambda _kind, _messages: True)
    monkeypatch.setattr("tui.export.export_run.is_worth_dividing", lambda _kind, _messages: True)
    monkeypatch.setattr(divided_run, "_cores", lambda: 2)
    monkeypatch.setattr(divided_run, "_BATCH", 40)
    monkeypatch.setattr(row_taking, "_MESSAGES", 15)


async def written(path: Path, asked: Job) -> tuple[str, Counts]:
    pieces: list[str] = []
    told: list[tuple[int, int]] = []
    async with open_store(path, read_only=True) as store:
        counts = await write(store, asked, pieces.append, lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    return "".join(pieces), counts


@pytest.mark.parametrize("kind", Format)
async def test_the_file_is_the_same_to_the_last_byte(
    sample: Path, kind: Format, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    asked = replace(job(kind, RowSelection(channel="gateway")), has_tools=kind is not Format.HTML)
    alone = await written(sample, asked)
    request.getfixturevalue("divided")
    assert await written(sample, asked) == alone


@pytest.mark.usefixtures("divided")
async def test_a_stretch_leaves_out_what_it_leaves_out_alone(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_store(sample, read_only=True) as store:
        newest = (await store.list_conversations("default", limit=9)).conversations[-1]
        last = (await store.list_conversation_messages(newest.id))[-1]
    asked = job(Format.MARKDOWN, RowSelection(first=MessageCursor.at(last.cursor.instant), last=MessageCursor.end()))
    divided = await written(sample, asked)
    monkeypatch.setattr("tui.export.export_run.is_worth_dividing", lambda _kind, _messages: False)
    assert await written(sample, asked) == divided
    assert divided[1].conversations < 136


@pytest.mark.usefixtures("divided")
async def test_where_no_process_can_be_started_this_one_works(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "")
    text, counts = await written(sample, job(Format.JSONL))
    assert text.count("\n") == counts.conversations + counts.messages + 2


@pytest.mark.usefixtures("divided")
async def test_what_is_stopped_or_killed_leaves_no_process(sample: Path) -> None:
    seen: set[int] = set()

    def stop(done: int, _total: int) -> None:
        seen.update(workers(os.getpid()))
        if done:
            raise Stopped

    def kill(done: int, _total: int) -> None:
        for process in workers(os.getpid()):
            os.kill(process, signal.SIGKILL)

    async with open_store(sample, read_only=True) as store:
        with pytest.raises(Stopped):
            await write(store, job(Format.HTML), lambda _: None, stop)
        assert seen
        assert not workers(os.getpid()) & seen
        with pytest.raises(StoreError, match=r"^A process that helped with the export was ended from outside; .*\.$"):
            await write(store, job(Format.HTML), lambda _: None, kill)
    assert not workers(os.getpid())


async def test_what_a_process_meets_is_told_in_its_own_words(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("no database at all, but long enough to be taken for one at first glance " * 20)
    with pytest.raises(NotADatabase, match=r"notes\.db"):
        async with WorkerPool(Assignment(path, job(Format.HTML)), 1):
            pass
    assert not workers(os.getpid())


@pytest.mark.usefixtures("divided")
async def test_large_messages_cost_the_memory_of_a_few(tmp_path: Path) -> None:
    path = make_database(tmp_path / "large.db")
    with plain(path) as db:
        conversation = add_conversation(db)
        for _ in range(60):
            add_message(db, conversation, "x" * LARGE)
    characters, peak = await measured(path, job(Format.JSONL))
    assert characters > 60 * LARGE
    assert peak < 40 * LARGE


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
async def test_a_signal_leaves_neither_a_process_nor_a_file(tmp_path: Path, number: signal.Signals) -> None:
    path, folder = make_database(tmp_path / "large.db"), tmp_path / "out"
    folder.mkdir()
    with plain(path) as db:
        conversation = add_conversation(db)
        db.execute("BEGIN")
        for _ in range(2_000):
            add_message(db, conversation, "a **word** and _another_\n\n> quoted\n\n" * 3, role="assistant")
        db.execute("COMMIT")
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", DIVIDED, "--db", str(path), "export", "--all", "-o", str(folder / "a.html")),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=environment(tmp_path),
    )
    await until(lambda: len(workers(running.pid)) == 2)
    helpers = workers(running.pid)
    running.send_signal(number)
    _, said = await asyncio.wait_for(running.communicate(), BOUND)
    await until(lambda: not any(map(is_there, helpers)))
    if number is not signal.SIGKILL:
        assert running.returncode == 130
        assert said.decode() == "Stopped; nothing was written.\n"
        assert os.listdir(folder) == []
