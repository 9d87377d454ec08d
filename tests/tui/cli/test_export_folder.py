"""``clawback export -o DIR/`` makes a file for each conversation, all of them or none, and named as it was told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.store.conftest import add_conversation, add_message, make_database, plain
from tests.tui.cli.test_cli import Done, printed, refused, run

if TYPE_CHECKING:
    from pathlib import Path

FIRST, SECOND = "aaaaaaaa-0000-4000-8000-000000000000", "aaaaaaaa-1111-4000-8000-000000000000"


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Two conversations that a template may call the same, one of them with a tool call, and an empty one."""
    path = make_database(tmp_path / "history.db")
    with plain(path) as db:
        for key, day in ((FIRST, 1), (SECOND, 2)):
            began = f"2026-01-0{day}T09:00:00.000Z"
            one = add_conversation(db, id=key, channel="signal", started_at=began, last_activity=began)
            add_message(db, one, "../Trip to a@example.org", created_at=began)
        add_message(db, FIRST, '[{"name": "weather", "result": "23"}]', role="tool_calls")
    return path


def export(history: Path, *arguments: str) -> Done:
    return run(history.parent, "export", "--all", *arguments, CLAWBACK_DB=str(history))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_each_conversation_gets_a_private_file_of_its_own(history: Path) -> None:
    (said,) = printed(export(history, "-o", "out/"))
    assert said == "out/ holds 2 conversations with 3 messages, a file for each."
    folder = history.parent / "out"
    assert names(folder) == [
        "2026-01-01-trip-to-a-example-org-aaaaaaaa.md",
        "2026-01-02-trip-to-a-example-org-aaaaaaaa.md",
    ]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in folder.iterdir())
    assert "1 conversation, 1 message" in (folder / names(folder)[1]).read_text()


def test_a_template_names_the_files_and_the_same_name_gets_a_number(history: Path) -> None:
    printed(export(history, "-o", "out/", "--format", "json", "--name", "{channel} {title}"))
    assert names(history.parent / "out") == [
        "signal trip-to-a-example-org-2.json",
        "signal trip-to-a-example-org.json",
    ]
    for template, sentence in (
        ("{secret}", "{secret} is nothing that a name may have; there are {date} {title}"),
        ("../{id}", "beside fields a name has letters"),
        ("{id", "--name: a brace is not closed"),
    ):
        assert sentence in refused(export(history, "-o", "other/", "--name", template))
    assert "write -o DIR/" in refused(export(history, "-o", "a.md", "--name", "{id}"))
    assert not (history.parent / "other").exists()


def test_a_name_with_a_number_is_not_that_of_another_conversation(history: Path) -> None:
    third = "aaaaaaaa-2222-4000-8000-000000000000"
    with plain(history) as db:
        began = "2025-12-01T09:00:00.000Z"
        one = add_conversation(db, id=third, channel="signal-2", started_at=began, last_activity=began)
        add_message(db, one, "the third", created_at=began)
    printed(export(history, "-o", "out/", "--name", "{channel}"))
    folder = history.parent / "out"
    assert names(folder) == ["signal-2-2.md", "signal-2.md", "signal.md"]
    assert "the third" in (folder / "signal-2-2.md").read_text()


def test_nothing_is_written_where_one_of_the_files_exists(history: Path) -> None:
    folder = history.parent / "out"
    folder.mkdir()
    mine = folder / "2026-01-01-trip-to-a-example-org-aaaaaaaa.md"
    mine.write_text("mine")
    assert f"one of the files exists in out, {mine.name} first; --force replaces them." in refused(
        export(history, "-o", "out/")
    )
    assert names(folder) == [mine.name]
    printed(export(history, "-o", "out/", "--force"))
    assert len(names(folder)) == 2
    assert "weather" in mine.read_text()


def test_only_what_has_messages_of_the_time_gets_a_file(history: Path) -> None:
    (said,) = printed(export(history, "-o", "out/", "--until", "2026-01-01"))
    assert said == "out/ holds 1 conversation with 2 messages, a file for each."
    assert len(names(history.parent / "out")) == 1
    assert "nothing there" in refused(export(history, "-o", "none/", "--until", "2025-01-01"))


def test_names_are_masked_too_and_each_file_counts_its_own_secrets(history: Path) -> None:
    (said,) = printed(export(history, "-o", "out/", "--mask", "e-mail"))
    assert said.endswith("; 2 secrets masked.")
    for path in (history.parent / "out").iterdir():
        assert "example" not in path.name + path.read_text()
        assert "masked: e-mail address 1" in path.read_text() or "masked: e-mail 1" in path.read_text()


def test_tool_calls_are_left_out_when_told(history: Path) -> None:
    printed(export(history, "-o", "with.txt"))
    printed(export(history, "--no-tools", "-o", "without.txt"))
    assert "weather" in (history.parent / "with.txt").read_text()
    text = (history.parent / "without.txt").read_text()
    assert "weather" not in text
    assert "every conversation, without tool calls" in text
    assert "2 conversations, 2 messages" in text


def test_an_ending_that_names_no_format_is_refused(history: Path) -> None:
    said = refused(export(history, "-o", "notes.docx"))
    assert "no format ends in .docx; name the file .md, .json, .jsonl, .txt, .html, or say --format" in said
    printed(export(history, "-o", "notes.docx", "--format", "text"))
    printed(export(history, "-o", "notes"))
    assert "\n# ../Trip" in (history.parent / "notes").read_text()
