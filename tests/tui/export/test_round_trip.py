"""What was exported as JSON and imported is what was stored: every column, type, byte and order."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.demo import DEMO_END, write_ironclaw1
from store.demo.thread_writer import USER
from store.errors import ImportRefused
from tests.store.conftest import CAMPAIGN, add_conversation, add_message, loose_tables, make_database, plain
from tests.store.histories import fill
from tests.tui.export.conftest import ALL, columns, exported, imported, job, measured, message_ids, table
from tui.export.export_format import Format

if TYPE_CHECKING:
    from pathlib import Path

DATA = (Format.JSON, Format.JSONL)
LARGE = 1_500_000
TABLES = ("conversations", "conversation_messages")


def assert_equal(one: Path, other: Path) -> None:
    for name in TABLES:
        shared = sorted(columns(one, name))
        assert columns(one, name) <= columns(other, name)
        assert table(one, name, columns=shared) == table(other, name, columns=shared)


@pytest.mark.parametrize("kind", DATA)
async def test_the_sample_history_comes_back_value_for_value(sample: Path, tmp_path: Path, kind: Format) -> None:
    text = await exported(sample, kind)
    assert text.isascii()
    back = imported(text, tmp_path / "back.db")
    assert_equal(sample, tmp_path / "back.db")
    assert not back.is_loose
    assert (back.conversations, back.messages) == tuple(len(table(sample, name)) for name in TABLES)
    assert await message_ids(tmp_path / "back.db") == await message_ids(sample)
    assert (tmp_path / "back.db").stat().st_mode & 0o777 == 0o600


@pytest.mark.campaign
@settings(max_examples=8 * CAMPAIGN, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), kind=st.sampled_from(DATA))
async def test_any_history_comes_back_value_for_value(
    tmp_path_factory: pytest.TempPathFactory, seed: int, kind: Format
) -> None:
    folder = tmp_path_factory.mktemp("history")
    path = make_database(folder / "a.db", loose_tables())
    fill(path, random.Random(seed))
    imported(await exported(path, kind), folder / "b.db")
    assert_equal(path, folder / "b.db")
    assert await message_ids(folder / "b.db") == await message_ids(path)


async def test_values_that_json_does_not_know_come_back_with_their_types(tmp_path: Path) -> None:
    path = make_database(tmp_path / "odd.db", loose_tables())
    with plain(path) as db:
        db.execute("ALTER TABLE conversations ADD COLUMN source_channel")
        db.execute('ALTER TABLE conversation_messages ADD COLUMN "a ""new"" column"')
        db.executescript("ALTER TABLE conversations ADD COLUMN é; ALTER TABLE conversations ADD COLUMN É")
        conversation = add_conversation(db, source_channel=b"\x00\xff")
        for value in (2**63 - 1, -(2**63), 2**53 + 1, 1.0, -0.0, 5e-324, float("inf"), float("-inf"), 0.1, b"", ""):
            add_message(db, conversation, **{'"a ""new"" column"': value})
        add_message(db, conversation, "a\0b\ud7ff\ue000\U0010ffff\u2028")
        add_message(db, conversation)
        db.execute("UPDATE conversation_messages SET content = CAST(x'eda08041' AS TEXT) WHERE rowid = 13")
    for kind in DATA:
        imported(await exported(path, kind), tmp_path / f"{kind.value}.db")
        assert_equal(path, tmp_path / f"{kind.value}.db")


async def test_a_document_laid_out_anew_is_read_too(sample: Path, tmp_path: Path) -> None:
    document = json.loads(await exported(sample, Format.JSON))
    imported(json.dumps(document, indent=1), tmp_path / "indented.db")
    imported(json.dumps(document), tmp_path / "one-line.db")
    for name in ("indented.db", "one-line.db"):
        assert_equal(sample, tmp_path / name)


@pytest.mark.parametrize("kind", DATA)
async def test_a_broken_file_is_one_sentence_and_leaves_nothing(sample: Path, tmp_path: Path, kind: Format) -> None:
    lines = (await exported(sample, kind)).splitlines(keepends=True)
    broken = {
        "Line 40 of the file is": [*lines[:39], lines[39][:50] + "\n", *lines[40:]],
        "not the end of the export": lines[:-1],
        "counts other rows": [*lines[:40], *lines[41:]],
        "does not begin an export": ["{}\n", *lines[1:]] if kind is Format.JSONL else ["hello\n"],
        "of another version": [lines[0].replace('"version": 1', '"version": 2'), *lines[1:]],
        "has a value that no database has": [line.replace('"content": "', '"content": "\\ud800') for line in lines],
    }
    for sentence, text in broken.items():
        with pytest.raises(ImportRefused, match=sentence) as refused:
            imported("".join(text), tmp_path / "new.db")
        assert str(refused.value).endswith("nothing was imported.")
        assert list(tmp_path.iterdir()) == []


async def test_no_database_is_made_of_records_of_1_x(tmp_path: Path) -> None:
    threads = tmp_path / "reborn-local-dev.db"
    write_ironclaw1(threads, DEMO_END)
    for kind in DATA:
        text = await exported(threads, kind, user=USER)
        with pytest.raises(ImportRefused, match=r"is a record of IronClaw 1\.x, of which no database is made"):
            imported(text, tmp_path / "new.db")
        assert not (tmp_path / "new.db").exists()


async def test_a_row_that_no_table_can_have_is_told_with_its_line_and_file(sample: Path, tmp_path: Path) -> None:
    lines = (await exported(sample, Format.JSONL)).splitlines(keepends=True)
    row = lines[2].replace('"content": ', r'"content": "", "n\u0000l": ', 1)
    broken = {
        "has a column that no table can have": [*lines[:2], row, *lines[3:]],
        "has two columns whose names differ only in case": [
            line.replace('"role": ', '"ROLE": "x", "role": ', 1) for line in lines
        ],
        "repeats the row number of another row": [*lines[:2], lines[2], lines[2], *lines[3:]],
    }
    for why, text in broken.items():
        with pytest.raises(ImportRefused, match=rf"^Line \d+ of the file {why}; nothing was imported\.$"):
            imported("".join(text), tmp_path / "new.db")
        assert list(tmp_path.iterdir()) == []


async def test_rows_that_break_the_rules_of_ironclaws_tables_are_kept_without_them(tmp_path: Path) -> None:
    broken: list[dict[str, Any]] = [{"metadata": "{broken"}, {"channel": None}, {"thread_id": 7}]
    for number, values in enumerate(broken):
        statements = [each.replace("thread_id TEXT", "thread_id") for each in loose_tables()]
        path = make_database(tmp_path / f"{number}.db", statements)
        with plain(path) as db:
            add_conversation(db)
            add_message(db, add_conversation(db, **values))
        back = imported(await exported(path, Format.JSON), tmp_path / f"{number}-back.db")
        assert back.is_loose
        assert_equal(path, tmp_path / f"{number}-back.db")


async def test_a_column_without_a_name_is_not_taken_for_a_missing_number(tmp_path: Path) -> None:
    path = make_database(tmp_path / "a.db")
    with plain(path) as db:
        conversation = add_conversation(db)
        for content in ("one", "two"):
            add_message(db, conversation, content)
    head, begun, *messages, end = (await exported(path, Format.JSONL)).splitlines()
    one, two = (json.loads(line)["message"] for line in messages)
    del two["rowid"]
    lines = [head, begun, *(json.dumps({"message": row}) for row in ({"rowid": 1, "": "mine"} | one, two)), end]
    assert imported("\n".join(lines), tmp_path / "b.db").messages == 2


async def test_an_import_never_takes_the_place_of_a_file(sample: Path, tmp_path: Path) -> None:
    text = await exported(sample, Format.JSONL, ALL)
    for name in ("new.db", "new.db-wal", "new.db-journal"):
        (tmp_path / name).write_text("mine")
        with pytest.raises(FileExistsError):
            imported(text, tmp_path / "new.db")
        assert [each.name for each in tmp_path.iterdir()] == [name]
        (tmp_path / name).unlink()


async def test_another_users_conversations_are_never_taken(tmp_path: Path) -> None:
    path = make_database(tmp_path / "two.db")
    with plain(path) as db:
        add_message(db, add_conversation(db, user_id="ada"), "of ada")
        add_message(db, add_conversation(db, user_id="bea"), "of bea")
    text = await exported(path, Format.JSONL, user="ada")
    assert "of ada" in text
    assert "of bea" not in text
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM conversations").fetchone() == (2,)


async def test_a_conversation_of_large_messages_costs_the_memory_of_a_few(tmp_path: Path) -> None:
    path = make_database(tmp_path / "large.db")
    with plain(path) as db:
        conversation = add_conversation(db)
        for _ in range(40):
            add_message(db, conversation, "x" * LARGE)
    written, peak = await measured(path, job(Format.JSONL))
    assert written > 40 * LARGE
    assert peak < 12 * LARGE
