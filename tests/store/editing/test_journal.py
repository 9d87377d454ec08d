"""The journal: private, there after any crash, bounded, shared between processes."""

from __future__ import annotations

import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from store import JournalFailed
from store.editing.journal import MOST_EDITS, Edit, Journal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def edit(name: object, **values: Any) -> Edit:
    given = {"at": AT, "database": "/db", "conversation_id": "c", "user_id": "u", "before": "{}", "after": '{"a":1}'}
    return Edit(id=str(name), **{**given, **values})


def ids(journal: Journal, **wanted: Any) -> list[str]:
    return [found.id for found in journal.edits(**wanted)]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "state" / "clawback" / "edits.jsonl")


def test_what_was_begun_is_kept_with_what_became_of_it(journal: Journal) -> None:
    assert journal.edits() == []
    first = edit(1, before='{"é":"\u2028\\n"}', after="{}", undoes="0", database="/tmp/\udcff")
    journal.begin(first)
    journal.begin(edit(2))
    journal.begin(edit(3))
    journal.confirm("1")
    journal.withdraw("2")
    later = Journal(journal.path)
    assert later.edits() == [edit(3), edit(1, **{**kept(first), "is_confirmed": True})]
    assert ids(later, database="/tmp/\udcff") == ["1"]
    assert later.edits()[1].fields == ("é",)
    journal.confirm("2")
    assert ids(journal) == ["3", "2", "1"]


def kept(edit: Edit) -> dict[str, Any]:
    return {name: getattr(edit, name) for name in ("before", "after", "undoes", "database")}


def test_nobody_else_may_look(journal: Journal) -> None:
    journal.begin(edit(1))
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(journal.path.parent.stat().st_mode) == 0o700
    journal.path.chmod(0o644)
    assert ids(journal) == ["1"]
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600


@pytest.mark.parametrize("cut", [1, 2, 30, 150])
def test_a_torn_line_costs_that_line_only(journal: Journal, cut: int) -> None:
    journal.begin(edit(1))
    journal.begin(edit(2))
    os.truncate(journal.path, journal.path.stat().st_size - cut)
    torn = ids(journal)
    journal.begin(edit(3))
    journal.confirm("1")
    assert ids(journal) == ["3", *torn]
    assert set(torn) >= {"1"}


def test_lines_that_nobody_wrote_are_passed_over(journal: Journal) -> None:
    journal.begin(edit(1))
    with journal.path.open("ab") as file:
        file.write(b'\xff\n[]\n{}\nnull\n{"id":5}\n{"id":"x"}\n{"id":"x","at":"never"}\n{"confirmed":"unknown"}\n')
        file.write(journal.path.read_bytes().replace(b'"1"', b'"9"').replace(b'"{}"', b"5"))
        file.write(b"[" * 100_000 + b"\n")
    journal.begin(edit(2, before="no document"))
    assert ids(journal) == ["2", "1"]
    assert journal.edits()[0].fields == ()


def test_a_link_or_a_device_in_its_place_is_refused(journal: Journal, tmp_path: Path) -> None:
    journal.path.parent.mkdir(parents=True)
    target = tmp_path / "target"
    target.touch()
    makers: list[Callable[[], None]] = [
        lambda: journal.path.symlink_to(target),
        lambda: os.mkfifo(journal.path),
        journal.path.mkdir,
    ]
    for make in makers:
        make()
        with pytest.raises(JournalFailed, match="cannot be written"):
            journal.begin(edit(1))
        with pytest.raises(JournalFailed, match="cannot be read"):
            journal.edits()
        journal.path.rmdir() if journal.path.is_dir() else journal.path.unlink()
    assert target.read_bytes() == b""
    journal.begin(edit(1))


def test_a_full_disk_is_said_and_leaves_no_half_line(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    journal.begin(edit(1))
    before = journal.path.read_bytes()
    write = os.write

    def full(file: int, data: bytes) -> int:
        if len(data) > 20:
            return write(file, data[:20])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(JournalFailed, match="No space left"):
            journal.begin(edit(2))
    assert journal.path.read_bytes() == before
    journal.begin(edit(2))
    assert ids(journal) == ["2", "1"]


def test_it_stays_bounded_and_keeps_the_newest(journal: Journal) -> None:
    journal.begin(edit(0))
    line = journal.path.read_bytes()
    many = b"".join(line.replace(b'"0"', b'"%d"' % n) + b'{"confirmed":"%d"}\n' % n for n in range(3 * MOST_EDITS))
    journal.path.write_bytes(many)
    journal.begin(edit("last"))
    kept = journal.edits()
    assert len(kept) == MOST_EDITS
    assert [found.id for found in kept[:3]] == ["last", str(3 * MOST_EDITS - 1), str(3 * MOST_EDITS - 2)]
    assert [found.is_confirmed for found in kept[:3]] == [False, True, True]
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
    journal.confirm("last")
    assert journal.edits()[0].is_confirmed
    assert list(journal.path.parent.iterdir()) == [journal.path]


def test_large_edits_bound_it_too(journal: Journal) -> None:
    for number in range(8):
        journal.begin(edit(number, before="x" * 3_000_000))
    assert journal.path.stat().st_size < 16 * 2**20
    found = ids(journal)
    assert found == [str(number) for number in range(7, 7 - len(found), -1)]
    assert len(found) >= 2


def test_many_writers_lose_no_line_of_each_other(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.editing.journal.MOST_EDITS", 30)
    monkeypatch.setattr("store.editing.journal._SLACK", 20)
    start = threading.Barrier(8)

    def write(writer: int) -> None:
        mine = Journal(journal.path)
        start.wait()
        for number in range(25):
            mine.begin(edit(f"{writer}.{number}"))
            mine.confirm(f"{writer}.{number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    found = journal.edits()
    assert len(found) >= 30
    assert all(kept.is_confirmed for kept in found)
    for writer in range(8):
        numbers = [int(kept.id.split(".")[1]) for kept in found if kept.id.startswith(f"{writer}.")]
        assert numbers == list(range(24, 24 - len(numbers), -1))


def test_somebody_who_never_lets_go_of_it_is_waited_for_but_not_for_ever(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.editing.journal._PATIENCE_S", 0.05)
    journal.begin(edit(1))
    with journal._locked(), pytest.raises(JournalFailed, match="cannot be written"):
        Journal(journal.path).begin(edit(2))
    Journal(journal.path).begin(edit(2))
