"""Two processes that share the private files lose nothing of each other's; nor does a wrong clock, or an odd file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from store.editing.journal import Journal
from store.records import MessageCursor
from tests.store.conftest import CAMPAIGN, ROOT
from tests.tui.config.two_processes import CONVERSATIONS, DATABASE, USER
from tui.config.seen import Seen
from tui.config.state import State

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS = 150 if CAMPAIGN == 1 else 1000


@pytest.mark.parametrize("seed", range(1 if CAMPAIGN == 1 else 10))
def test_no_mark_no_view_and_no_edit_is_lost_between_two_processes(tmp_path: Path, seed: int) -> None:
    processes = []
    for number, name in enumerate("AB"):
        command = [sys.executable, "-m", "tests.tui.config.two_processes", str(tmp_path), name]
        process = subprocess.Popen(
            [*command, str(2 * seed + number), str(STEPS)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        processes.append(process)
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    kept = [json.loads(process.communicate(timeout=300)[0]) for process in processes]
    views = {name: value for each in kept for name, value in each["views"].items()}
    state = State(tmp_path / "state.json")
    assert {name: state.get(name) for name in state.names("view:")} == views
    edits = Journal(tmp_path / "edits.jsonl").edits(DATABASE)
    assert {edit.id for edit in edits if edit.is_confirmed} == {name for each in kept for name in each["edits"]}
    seen = Seen(tmp_path / "seen.json", DATABASE, USER)
    read = {name for name, at in CONVERSATIONS.items() if seen.place(name) > MessageCursor(at, 1)}
    assert read == {name for each in kept for name in each["read"]}
    assert not [path for path in tmp_path.iterdir() if path.name.startswith((".state-", ".seen-", ".journal-"))]


def test_each_browser_sees_the_views_that_the_other_saved(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    first, second = State(path), State(path)
    first.set("view:alpha", "1")
    second.set("view:beta", "2")
    first.set("view:gamma", "3")
    for state in (first, second, State(path)):
        assert state.names("view:") == ["view:alpha", "view:beta", "view:gamma"]
    second.set("theme", "nord")
    assert second.take("view:alpha") == "1"
    assert first.names("view:") == ["view:beta", "view:gamma"]
    assert first.take("view:alpha") is None


def test_what_a_newer_version_keeps_beside_is_left_there(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text('{"newer": {"a": [1]}, "theme": "nord"}')
    State(path).set("theme", "dracula")
    assert json.loads(path.read_text()) == {"newer": {"a": [1]}, "theme": "dracula"}


def test_marks_of_two_readers_come_together(tmp_path: Path) -> None:
    path = tmp_path / "seen.json"
    four = ["c1", "c2", "c3", "c4"]
    first, second = Seen(path, "/a.db", "ada"), Seen(path, "/a.db", "ada")
    for seen in (first, second):
        seen.settle(1000, four)
        seen.save()
    for seen, names in ((first, four[:2]), (second, four[2:])):
        for name in names:
            seen.see(name, MessageCursor(1200, 7))
        seen.save()
    again = Seen(path, "/a.db", "ada")
    assert [again.place(name) for name in four] == [MessageCursor(1200, 7)] * 4


def test_what_the_later_of_two_found_new_stays_new(tmp_path: Path) -> None:
    path = tmp_path / "seen.json"
    first = Seen(path, "/a.db", "ada")
    first.settle(1000, [])
    first.save()
    second = Seen(path, "/a.db", "ada")
    second.settle(2000, ["c"])
    second.save()
    assert first.see("d", MessageCursor(1500, 1))
    first.save()
    again = Seen(path, "/a.db", "ada")
    assert (again.since, again.place("c")) == (2000, MessageCursor.at(1001))


def test_what_is_new_again_stays_new_unless_another_saw_more_of_it(tmp_path: Path) -> None:
    path = tmp_path / "seen.json"
    before, upto = MessageCursor(900, 3), MessageCursor.at(1500)
    first = Seen(path, "/a.db", "ada")
    first.settle(800, [])
    for name in ("c", "d"):
        first.see(name, before)
        first.see(name, upto)
    first.save()
    second = Seen(path, "/a.db", "ada")
    second.settle(2000, ["d"])
    second.see("d", MessageCursor(1700, 4))
    second.save()
    assert first.put_back("c", before, upto)
    assert first.put_back("d", before, upto)
    first.save()
    again = Seen(path, "/a.db", "ada")
    assert again.place("c") == before, "though the other process had settled it"
    assert again.place("d") == MessageCursor(1700, 4)
    assert not again.put_back("d", before, upto)


def test_what_is_new_again_stays_new_beside_a_process_that_starts(tmp_path: Path) -> None:
    path = tmp_path / "seen.json"
    before, upto = MessageCursor(900, 3), MessageCursor.at(950)
    first = Seen(path, "/a.db", "ada")
    first.settle(1000, ["c"])
    first.see("c", upto)
    first.save()
    second = Seen(path, "/a.db", "ada")
    assert first.put_back("c", before, upto)
    first.save()
    second.settle(1000, [])
    second.save()
    assert Seen(path, "/a.db", "ada").place("c") == before


def test_what_is_new_again_stays_new_though_another_process_thought_it_was(tmp_path: Path) -> None:
    path = tmp_path / "seen.json"
    before, upto = MessageCursor(900, 3), MessageCursor.at(950)
    first, second = Seen(path, "/a.db", "ada"), Seen(path, "/a.db", "ada")
    for seen in (first, second):
        seen.settle(1000, ["c"])
    first.see("c", upto)
    first.save()
    first.settle(1000, [])
    first.save()
    second.save()
    assert first.put_back("c", before, upto)
    first.save()
    assert Seen(path, "/a.db", "ada").place("c") == before


def test_a_clock_set_back_makes_nothing_new_again(tmp_path: Path) -> None:
    path = tmp_path / "seen.json"
    for since in (5000, 3000, 4000):
        seen = Seen(path, "/a.db", "ada")
        seen.settle(since, [])
        seen.save()
        assert Seen(path, "/a.db", "ada").since == 5000


def test_a_message_ahead_of_the_clock_stays_read(tmp_path: Path) -> None:
    path = tmp_path / "seen.json"
    ahead = MessageCursor(9000, 3)
    seen = Seen(path, "/a.db", "ada")
    seen.settle(1000, ["c"])
    seen.see("c", ahead)
    seen.save()
    for since in (1000, 2000, 3000):
        seen = Seen(path, "/a.db", "ada")
        seen.settle(since, [])
        seen.save()
        assert Seen(path, "/a.db", "ada").place("c") == ahead
    seen.settle(9500, [])
    seen.save()
    assert Seen(path, "/a.db", "ada").places == {}, "it is given up once the clock has passed it"


ODD: dict[str, Callable[[Path], object]] = {
    "deep": lambda path: path.write_text("[" * 100_000),
    "deep object": lambda path: path.write_text('{"a":' * 100_000),
    "no UTF-8": lambda path: path.write_bytes(b'{"theme": "\xff"}'),
    "a list": lambda path: path.write_text("[1]"),
    "a huge number": lambda path: path.write_text('{"theme": ' + "9" * 5000 + "}"),
    "FIFO": os.mkfifo,
    "folder": Path.mkdir,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "loop": lambda path: path.symlink_to(path),
}


@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
def test_an_odd_file_in_the_place_of_the_state_costs_nothing(tmp_path: Path, make: Callable[[Path], object]) -> None:
    for name in ("state.json", "seen.json"):
        make(tmp_path / name)
    state = State(tmp_path / "state.json")
    assert state.get("theme") is None
    state.set("theme", "nord")
    assert state.get("theme") == "nord", "for as long as the process lives, at least"
    seen = Seen(tmp_path / "seen.json", "/a.db", "ada")
    seen.settle(5, [])
    seen.save()
    assert seen.since == 5


def test_private_folders_are_private_under_every_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        state = State(tmp_path / "state" / "clawback" / "state.json")
        state.set("theme", "nord")
        Journal(tmp_path / "edits" / "clawback" / "edits.jsonl").withdraw("1")
    finally:
        os.umask(before)
    made = [path for name in ("state", "edits") for path in (tmp_path / name, *(tmp_path / name).rglob("*"))]
    assert len(made) == 7
    assert {path.stat().st_mode & 0o777 for path in made} == {0o700, 0o600}
