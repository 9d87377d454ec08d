"""What ``list`` and ``show`` print may be narrowed, and is told as people read it, as it is stored, or as facts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.store.conftest import add_conversation, add_message, make_database, plain
from tests.tui.cli.test_cli import Done, printed, refused, run

if TYPE_CHECKING:
    from pathlib import Path

LONG = "What is it that " + "makes a title too long for a line, " * 12
CALLS = '{"calls": [{"name": "weather", "result": "23 degrees", "rationale": "to know"}], "narrative": "Looking."}'


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A chat of January with tools in it, a routine of February, and a chat without a date."""
    path = make_database(tmp_path_factory.mktemp("parts") / "parts.db")
    with plain(path) as db:
        chat = add_conversation(db, id="chat", last_activity="2026-01-03T10:00:00.000Z")
        add_message(db, chat, LONG, created_at="2026-01-01T09:00:00.000Z")
        add_message(db, chat, CALLS, role="tool_calls", created_at="2026-01-02T09:00:00.000Z")
        add_message(db, chat, "**23** degrees", role="assistant", created_at="2026-01-03T10:00:00.000Z")
        routine = {"id": "routine", "channel": "routine", "metadata": '{"thread_type": "routine", "routine_id": "r"}'}
        add_conversation(db, **routine, last_activity="2026-02-03T10:00:00.000Z")
        add_conversation(db, id="undated", last_activity="soon")
    return path


def of(history: Path, *arguments: str) -> Done:
    return run(history.parent, *arguments, CLAWBACK_DB=str(history))


@pytest.mark.parametrize(
    ("narrowed", "ids"),
    [
        ((), ["routine", "chat", "undated"]),
        (("--kind", "routine"), ["routine"]),
        (("--since", "2026-02-01"), ["routine"]),
        (("--until", "2026-01-03"), ["chat"]),
        (("--since", "2026-01-03", "--until", "2026-02-03", "--kind", "chat"), ["chat"]),
        (("--until", "2026-02-03", "--limit", "1"), ["routine"]),
    ],
)
def test_a_list_is_narrowed_by_kind_and_time(history: Path, narrowed: tuple[str, ...], ids: list[str]) -> None:
    assert [json.loads(line)["id"] for line in printed(of(history, "list", "--json", *narrowed))] == ids


def test_an_empty_list_says_what_it_was_narrowed_to(history: Path) -> None:
    done = of(history, "list", "--kind", "heartbeat", "--since", "2026-01-01")
    assert done.stderr == b"clawback: default has no conversations of the kind heartbeat in that time.\n"
    assert "Such a time is not known" in refused(of(history, "list", "--since", "soon"))


def test_json_has_titles_whole(history: Path) -> None:
    facts = {fact["id"]: fact for fact in map(json.loads, printed(of(history, "list", "--json")))}
    assert facts["chat"]["title"] == LONG.strip()[:400].rstrip()
    line = next(line for line in printed(of(history, "list")) if line.startswith("chat"))
    assert line.endswith("…")


def contents(done: Done) -> list[str]:
    return [json.loads(line)["content"] for line in printed(done)]


def test_a_part_of_a_conversation_is_shown(history: Path) -> None:
    everything = contents(of(history, "show", "chat", "--json"))
    assert len(everything) == 3
    assert contents(of(history, "show", "chat", "--json", "--last", "2")) == everything[1:]
    assert contents(of(history, "show", "chat", "--json", "--since", "2026-01-02")) == everything[1:]
    assert contents(of(history, "show", "chat", "--json", "--until", "2026-01-02")) == everything[:2]
    part = ("--since", "2026-01-01", "--until", "2026-01-02", "--last", "1")
    assert contents(of(history, "show", "chat", "--json", *part)) == everything[1:2]


def test_tool_calls_are_told_in_words_or_as_they_are_stored(history: Path) -> None:
    readable = printed(of(history, "show", "chat", "--last", "2"))
    assert readable[:6] == [
        "── tools · Fri 2 Jan 2026 09:00:00 +00:00",
        "1 tool: weather ✓",
        "  Looking.",
        "  ✓ weather",
        "    to know",
        "    23 degrees",
    ]
    assert "**23** degrees" in readable
    stored = printed(of(history, "show", "chat", "--last", "2", "--plain"))
    assert stored[:2] == ["── tool_calls · Fri 2 Jan 2026 09:00:00 +00:00", CALLS]
    assert "leave --plain away" in refused(of(history, "show", "chat", "--plain", "--json"))


def test_a_channel_narrows_a_search_that_names_none(history: Path) -> None:
    assert len(printed(of(history, "search", "degrees"))) == 2
    assert of(history, "search", "degrees", "--channel", "routine").returncode == 1


def test_paths_and_settings_are_facts_for_programs_too(history: Path) -> None:
    (line,) = printed(of(history, "paths", "--json"))
    facts = json.loads(line)
    (found,) = facts["histories"]
    assert (found["place"], found["why"], found["owner"]) == (str(history), "CLAWBACK_DB", "default")
    assert found["is_opened"]
    assert facts["files"]["state"].startswith(str(history.parent))
    (line,) = printed(of(history, "config", "--json"))
    facts = json.loads(line)
    assert facts["settings"]["page_size"] == 50
    assert (facts["is_there"], facts["keys"]) == (False, {})
