"""The commands that print: clean for pipes and people, and every refusal one sentence."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

import pytest

from store import open_store
from store.ironclaw0.sqlite.schema import ORDER_INDEX
from tests.tui.program import CLOSED, MAIN, Forked, is_forked_alike
from tests.tui.terminal import Terminal, environment
from tests.tui.waiting import BOUND
from tui.commands import ALL_COMMANDS
from tui.text.visible import is_harmless

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

Done = subprocess.CompletedProcess[bytes]
COMMAND = (sys.executable, "-c", MAIN)
INTERRUPTED = """
class AtTheCommandLine:
    @staticmethod
    def find_spec(name, *_):
        if name == "tui.cli.main":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, AtTheCommandLine)
"""
"""Presses ctrl+c when the command line begins to be loaded."""


def run(folder: Path, *arguments: str, **more: str) -> Done:
    if is_forked_alike(more):
        return run_forked(folder, *arguments, variables=environment(folder, **more))
    return subprocess.run(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=folder,
        env=environment(folder, **more),
        timeout=BOUND,
        check=False,
    )


def run_forked(
    folder: Path, *arguments: str, variables: dict[str, str], closed: Collection[int] = (), is_full: bool = False
) -> Done:
    """Run the program with some of its streams closed, or with stdout on a disk that is full."""
    with open(os.devnull) as nothing, open("/dev/full", "wb") as full, TemporaryFile() as out, TemporaryFile() as err:
        files = enumerate((nothing, full if is_full else out, err))
        streams = [CLOSED if number in closed else each.fileno() for number, each in files]
        status = Forked(arguments, folder=folder, environment=variables, streams=streams).wait(BOUND)
        out.seek(0)
        err.seek(0)
        return Done(arguments, status, out.read(), err.read())


def run_in_shell(folder: Path, redirection: str, *arguments: str) -> Done:
    return subprocess.run(
        ["/bin/sh", "-c", f'"$@" {redirection}', "sh", *COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=folder,
        env=environment(folder),
        timeout=BOUND,
        check=False,
    )


def printed(done: Done) -> list[str]:
    """Return the lines of a command that went well and printed nothing harmful."""
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    text = done.stdout.decode()
    assert is_harmless(text)
    return text.split("\n")[:-1]


def refused(done: Done) -> str:
    """Return the one sentence of a refusal."""
    assert done.returncode == 2
    assert done.stdout == b""
    text = done.stderr.decode()
    assert is_harmless(text)
    assert text.count("\n") == 1
    assert text.endswith(".\n")
    return text


@pytest.fixture
def two_users(tmp_path: Path) -> Path:
    """A file with a conversation of Ada, its texts hostile, and one of Bea."""

    async def write() -> None:
        async with open_store(tmp_path / "two.db", create=True) as store:
            await store.ensure_conversation("id-of-ada", "tele\x1b[2Jgram\u202e", "ada")
            await store.add_conversation_message(
                "id-of-ada", "user", "hello \x1b]52;c;aGk=\x07\x7f\x9b2J\u200b [/] bye"
            )
            await store.add_conversation_message("id-of-ada", "ro\x1ble", "\ttwo\r\nlines\x00")
            await store.ensure_conversation("id-of-bea", "signal", "b\x1bea")
            await store.add_conversation_message("id-of-bea", "user", "nobody else's")

    asyncio.run(write())
    return tmp_path / "two.db"


def test_list_prints_a_line_for_every_conversation(tmp_path: Path, sample: Path) -> None:
    with closing(sqlite3.connect(f"file:{sample}?mode=ro", uri=True)) as db:
        ids = {row[0] for row in db.execute("SELECT id FROM conversations WHERE user_id = 'default'")}
    lines = printed(run(tmp_path, "--db", str(sample), "list"))
    assert {line.split("  ")[0] for line in lines} == ids
    assert len(lines) == len(ids)


def test_list_as_json_has_the_same_rows_as_facts(tmp_path: Path, sample: Path) -> None:
    lines = printed(run(tmp_path, "--db", str(sample), "list", "--channel", "signal", "--limit", "3", "--json"))
    facts = [json.loads(line) for line in lines]
    assert len(facts) == 3
    assert {fact["channel"] for fact in facts} == {"signal"}
    moments = [fact["last_activity"] for fact in facts]
    assert moments == sorted(moments, reverse=True)
    assert all(moment.endswith("Z") for moment in moments)


def test_show_prints_every_message_oldest_first(tmp_path: Path, sample: Path) -> None:
    listed = printed(run(tmp_path, "--db", str(sample), "list", "--json"))
    fact = max((json.loads(line) for line in listed), key=lambda each: each["messages"])
    lines = printed(run(tmp_path, "--db", str(sample), "show", fact["id"], "--json"))
    with closing(sqlite3.connect(f"file:{sample}?mode=ro", uri=True)) as db:
        stored = db.execute(
            "SELECT id FROM conversation_messages WHERE conversation_id = ? ORDER BY created_at, rowid", (fact["id"],)
        ).fetchall()
    assert [json.loads(line)["id"] for line in lines] == [row[0] for row in stored]
    plain = printed(run(tmp_path, "--db", str(sample), "show", fact["id"]))
    assert sum(line.startswith("── ") for line in plain) >= len(stored)


def test_a_conversation_is_named_by_how_its_id_begins(tmp_path: Path, two_users: Path) -> None:
    def of_ada(*arguments: str) -> Done:
        return run(tmp_path, "--db", str(two_users), "--user", "ada", *arguments)

    async def add() -> None:
        async with open_store(two_users) as store:
            await store.ensure_conversation("id-other", "signal", "ada")
            await store.add_conversation_message("id-other", "user", "the other one")

    asyncio.run(add())
    assert printed(of_ada("show", "id-ot"))[1] == "the other one"
    assert any("the other one" in line for line in printed(of_ada("export", "id-ot", "-o", "-")))
    assert "several ids begin with id-: id-of-ada, id-other; type more of it." in refused(of_ada("show", "id-"))
    assert "No id of ada's conversations begins with id-of-b." in refused(of_ada("show", "id-of-b"))
    assert "the id is empty" in refused(of_ada("show", ""))


def test_hostile_texts_are_printed_unharmed(tmp_path: Path, two_users: Path) -> None:
    (line,) = printed(run(tmp_path, "--db", str(two_users), "--user", "ada", "list"))
    assert "tele␛[2Jgram<U+202E>" in line
    shown = "\n".join(printed(run(tmp_path, "--db", str(two_users), "--user", "ada", "show", "id-of-ada")))
    assert "hello ␛]52;c;aGk=␇␡\ufffd2J<U+200B> [/] bye" in shown
    assert "── ro␛le · " in shown
    assert "    two\nlines␀" in shown


def test_json_carries_texts_as_stored_in_plain_ascii(tmp_path: Path, two_users: Path) -> None:
    done = run(tmp_path, "--db", str(two_users), "--user", "ada", "show", "id-of-ada", "--json")
    lines = printed(done)
    assert all(32 <= byte < 127 or byte == 10 for byte in done.stdout)
    assert json.loads(lines[0])["content"] == "hello \x1b]52;c;aGk=\x07\x7f\x9b2J\u200b [/] bye"
    done = run(tmp_path, "--db", str(two_users), "--user", "ada", "list", "--json")
    assert json.loads(printed(done)[0])["channel"] == "tele\x1b[2Jgram\u202e"


def test_anothers_conversation_looks_like_a_missing_one(tmp_path: Path, two_users: Path) -> None:
    def say(conversation: str) -> str:
        text = refused(run(tmp_path, "--db", str(two_users), "--user", "ada", "show", conversation))
        return text.replace(conversation, "ID")

    assert say("id-of-bea") == say("id-of-bee")


def test_a_conversation_that_is_missing_is_named_harmlessly(tmp_path: Path, two_users: Path) -> None:
    refused(run(tmp_path, "--db", str(two_users), "--user", "ada", "show", "x\x1b[2J\u202e"))


def test_an_unknown_user_is_told_which_there_are(tmp_path: Path, two_users: Path) -> None:
    done = run(tmp_path, "--db", str(two_users), "--user", "cleo\x1b", "list")
    assert done.stdout == b""
    said = done.stderr.decode()
    assert is_harmless(said)
    assert said.count("\n") == 1
    assert "cleo␛ has no conversations" in said
    assert "ada (1)" in said
    assert "b␛ea (1)" in said
    assert "nobody else's" not in said


@pytest.mark.parametrize("command", [("list",), ("show", "x"), ("list", "--json")])
def test_a_missing_file_is_refused_and_not_made(command: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "no\x1b[2Jne.db"
    said = refused(run(tmp_path, "--db", str(path), *command))
    assert "no␛[2Jne.db" in said
    assert list(tmp_path.iterdir()) == []


def test_other_files_are_refused_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but long enough to look into " * 20)
    before = path.read_bytes()
    refused(run(tmp_path, "--db", str(path), "list"))
    refused(run(tmp_path, "--db", str(tmp_path), "list"))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_reader_that_has_seen_enough_ends_it_quietly(tmp_path: Path, sample: Path) -> None:
    listed = printed(run(tmp_path, "--db", str(sample), "list", "--json"))
    longest = max((json.loads(line) for line in listed), key=lambda each: each["messages"])["id"]
    for command in (["list"], ["show", longest]):
        with subprocess.Popen(
            [*COMMAND, "--db", str(sample), *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            env=environment(tmp_path),
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.stdout.readline()
            process.stdout.close()
            assert process.wait(BOUND) in (0, -signal.SIGPIPE)
            assert process.stderr.read() == b""


@pytest.mark.parametrize(
    "command", [("list",), ("show", "id-of-ada"), ("search", "hello"), ("export", "--all", "-o", "-")]
)
def test_a_full_or_closed_stdout_is_one_sentence(command: tuple[str, ...], tmp_path: Path, two_users: Path) -> None:
    for redirection, sentence in (
        ("> /dev/full", "stdout cannot be written (No space left on device)"),
        (">&-", "stdout is closed; nothing was written."),
    ):
        done = run_in_shell(tmp_path, redirection, "--db", str(two_users), "--user", "ada", *command)
        assert sentence in refused(done)


@pytest.mark.parametrize("command", ["keys", "man", "config"])
def test_what_clawback_tells_of_itself_fails_in_one_sentence_too(command: str, tmp_path: Path) -> None:
    assert "stdout cannot be written" in refused(run_in_shell(tmp_path, "> /dev/full", command))


def test_keys_prints_the_table_of_commands(tmp_path: Path) -> None:
    lines = printed(run(tmp_path, "keys"))
    assert len(lines) == len(ALL_COMMANDS)
    assert all(line.endswith(command.help) for line, command in zip(lines, ALL_COMMANDS, strict=True))


def test_paths_tells_which_file_and_why_and_opens_nothing(tmp_path: Path) -> None:
    lines = printed(run(tmp_path, "paths"))
    assert [line.split()[0] for line in lines] == [
        "database",
        "owner",
        "IronClaw",
        "1.x",
        "sample",
        "sample",
        "settings",
        "state",
        "edits",
        "seen",
        "bookmarks",
        "marks",
        "index",
    ]
    assert all(str(tmp_path) in line for line in lines if not line.startswith("owner"))
    assert list(tmp_path.iterdir()) == []
    (named, *_) = printed(run(tmp_path, "--db", "x\x1b.db", "paths"))
    assert "x␛.db  (--db)" in named


def test_the_version_is_one_line(tmp_path: Path) -> None:
    for option in ("--version", "-V"):
        (line,) = printed(run(tmp_path, option))
        assert re.fullmatch(r"clawback, version \S+", line)


def test_the_help_names_every_command(tmp_path: Path) -> None:
    text = "\n".join(printed(run(tmp_path, "--help")))
    assert all(f"\n  {name} " in text for name in ("list", "show", "search", "index", "keys", "paths", "demo"))


@pytest.mark.parametrize("command", [(), ("demo",), ("demo", "--fresh")])
def test_what_needs_a_terminal_refuses_pipes_and_writes_nothing(command: tuple[str, ...], tmp_path: Path) -> None:
    refused(run(tmp_path, *command))
    assert list(tmp_path.iterdir()) == []


def indexes(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as db:
        return {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'index'")}


@pytest.fixture
def agents(two_users: Path) -> Path:
    """The same file without our index, as IronClaw makes it."""
    with closing(sqlite3.connect(two_users)) as db:
        db.execute(f"DROP INDEX {ORDER_INDEX}")
    return two_users


def test_an_index_is_added_and_taken_away_when_told(tmp_path: Path, agents: Path) -> None:
    index = ("--db", str(agents), "index", "--database")
    said = printed(run(tmp_path, *index, "--yes"))
    assert "3 messages" in said[0]
    assert said[-1] == "The index is there."
    assert ORDER_INDEX in indexes(agents)
    assert "already" in "".join(printed(run(tmp_path, *index)))
    assert "no more" in "".join(printed(run(tmp_path, *index, "--drop")))
    assert ORDER_INDEX not in indexes(agents)
    assert "no such index" in "".join(printed(run(tmp_path, *index, "--drop")))


def test_without_anybody_to_ask_or_leave_to_write_no_index_is_added(tmp_path: Path, agents: Path) -> None:
    assert "--yes" in refused(run(tmp_path, "--db", str(agents), "index", "--database"))
    assert "reading only" in refused(
        run(tmp_path, "--db", str(agents), "--read-only", "index", "--database", "--yes")
    )
    assert ORDER_INDEX not in indexes(agents)


def test_an_index_is_added_only_after_a_yes(tmp_path: Path, agents: Path) -> None:
    for answer, is_there in (("n", False), ("y", True)):
        with Terminal(tmp_path, "--db", str(agents), "index", "--database") as terminal:
            terminal.until("Add it? [y/N]:")
            assert "IronClaw cannot store messages" in terminal.text().replace("\n", " ")
            assert terminal.finish(f"{answer}\r") == 0
        assert (ORDER_INDEX in indexes(agents)) == is_there


@pytest.mark.parametrize(
    "command", [("nonsense",), ("search",), ("list", "--limit", "0"), ("show",), ("--nonsense",)]
)
def test_wrong_usage_is_status_2_and_harmless(command: tuple[str, ...], tmp_path: Path) -> None:
    done = run(tmp_path, *command)
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr
    assert is_harmless(done.stderr.decode())


def test_what_a_refusal_of_usage_asks_is_a_sentence_of_its_own(tmp_path: Path) -> None:
    assert "Did you mean 'list'? 'clawback --help' says what there is." in refused(run(tmp_path, "lst"))
    assert "Choose from: bash, zsh, fish; " in refused(run(tmp_path, "completion"))


def test_ctrl_c_while_it_loads_ends_it_without_a_word(tmp_path: Path) -> None:
    code = f"import os, signal, sys\n{INTERRUPTED}{MAIN}"
    done = subprocess.run(
        [sys.executable, "-c", code, "keys"],
        capture_output=True,
        cwd=tmp_path,
        env=environment(tmp_path),
        timeout=BOUND,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, b"", b"")


def test_printing_changes_no_byte_of_the_file(tmp_path: Path, two_users: Path) -> None:
    before = two_users.read_bytes()
    run(tmp_path, "--db", str(two_users), "--user", "ada", "list")
    run(tmp_path, "--db", str(two_users), "--user", "ada", "show", "id-of-ada")
    assert two_users.read_bytes() == before


def test_a_search_prints_the_conversations_in_which_it_is_found(tmp_path: Path, two_users: Path) -> None:
    search = ("--db", str(two_users), "--user", "ada", "search")
    lines = printed(run(tmp_path, *search, "HELLO"))
    assert lines[0].startswith("id-of-ada")
    assert "1 hit" in lines[1]
    (line,) = printed(run(tmp_path, *search, "hello", "bye", "--json"))
    facts = json.loads(line)
    assert (facts["id"], facts["hits"]) == ("id-of-ada", 1)
    assert facts["excerpt"].startswith("hello")


def test_a_search_without_a_hit_says_what_was_searched_and_ends_with_1(tmp_path: Path, two_users: Path) -> None:
    done = run(tmp_path, "--db", str(two_users), "--user", "ada", "search", "--", "hello", "-bye")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"0 conversations in" in done.stderr
    assert "Such a time is not known" in refused(run(tmp_path, "--db", str(two_users), "search", "since:never"))


def test_a_search_index_is_built_used_and_taken_away_beside_the_database(tmp_path: Path, two_users: Path) -> None:
    before = two_users.read_bytes()
    index = ("--db", str(two_users), "index")
    said = printed(run(tmp_path, *index))
    assert said[-1].startswith("The search index is there: ")
    (file,) = (tmp_path / "cache" / "clawback" / "index").glob("*.search")
    assert file.stat().st_mode & 0o777 == 0o600
    assert "Checking" in printed(run(tmp_path, *index))[0]
    none = run(tmp_path, "--db", str(two_users), "--user", "ada", "search", "goodbye")
    assert b"the index answers" in none.stderr
    (line,) = printed(run(tmp_path, "--db", str(two_users), "--user", "ada", "search", "hello", "--json"))
    assert json.loads(line)["hits"] == 1
    assert "any more" in printed(run(tmp_path, *index, "--drop"))[0]
    assert not file.exists()
    assert "no search index" in printed(run(tmp_path, *index, "--drop"))[0]
    assert two_users.read_bytes() == before


def test_ctrl_c_stops_a_search_index_which_goes_on_later(tmp_path: Path, sample: Path) -> None:
    slow = "import time; import store.ironclaw0.sqlite.text_index_build as b; real = b.advance\n"
    slow += "def wait(*a): time.sleep(0.3); return real(*a, 500) if len(a) < 3 else real(*a)\n"
    slow += "b.advance = wait\n"
    with Terminal(tmp_path, "--db", str(sample), "index", code=slow + MAIN) as terminal:
        terminal.until("%")
        terminal.press("\x03", "Stopped;")
        assert terminal.finish() == 130
    assert printed(run(tmp_path, "--db", str(sample), "index"))[-1].startswith("The search index is there: ")


def test_stats_print_a_history_in_numbers(tmp_path: Path, sample: Path) -> None:
    lines = printed(run(tmp_path, "--db", str(sample), "stats"))
    found = json.loads(printed(run(tmp_path, "--db", str(sample), "stats", "--json"))[0])
    assert lines[0].startswith(f"{found['messages']:,} messages · {found['conversations']:,} conversations · ")
    assert any(line.startswith("Mon ") and "█" in line for line in lines)
    assert found["messages"] == sum(sum(each["channels"].values()) for each in found["days"]) + found["undated"]
    assert {each["name"] for each in found["channels"]} >= {"telegram", "signal"}
    assert all(re.fullmatch(r"-?\d+(\.\d+)?", each["cost"]) for each in found["weeks"])
    assert found["routines"]
    anew = printed(run(tmp_path, "--db", str(sample), "stats", "--json", "--fresh"))
    assert json.loads(anew[0]) == found
