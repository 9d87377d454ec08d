"""A search that asks for no words places messages by the heads of their records as it would by all of them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from store.core.matching import Matcher
from store.core.search_memory import UndecidedRows
from store.engines.sqlite.database import connect
from store.ironclaw1.schema import probe
from store.ironclaw1.search_heads import placed
from store.ironclaw1.search_sql import Place, bounds, matching
from tests.store.asking import query
from tests.store.ironclaw1.thread_history import EVERYTHING, LOGGED

if TYPE_CHECKING:
    from pathlib import Path

    from store.ironclaw1.addresses import Thread

ROLES = ("user", "assistant", "SYSTEM", "tool_calls", "damaged", "of tomorrow", "checkpoint_reference")
SHAPES = (("1.3", EVERYTHING), ("1.0", LOGGED), ("grown", LOGGED))


@pytest.mark.parametrize(("shape", "thread"), SHAPES)
def test_heads_tell_roles_and_times_as_whole_records_do(written: dict[str, Path], shape: str, thread: Thread) -> None:
    db = connect(written[shape], "ro", probe)
    place = Place(thread=thread)
    found = 0
    for typed in (*(f'role:"{role}"' for role in ROLES), "since:2026-01-01", "role:user until:2020-01-01"):
        matcher = Matcher(query(typed), lambda: False)
        for span in (None, *bounds(db, place)):
            whole = matching(db, place, span, matcher, UndecidedRows())
            assert placed(db, place, span, matcher) == [each.cursor for each in whole], typed
            found += len(whole)
    db.close()
    assert found


def test_a_record_that_python_does_not_read_is_a_damaged_one(copy: Path) -> None:
    number = "1" + "0" * 5000
    with closing(sqlite3.connect(copy)) as db, db:
        db.execute(
            "UPDATE root_filesystem_entries SET contents = CAST(json_set(contents, '$.sequence', json(?)) AS BLOB)"
            " WHERE rowid = (SELECT min(rowid) FROM root_filesystem_entries WHERE path >= ? AND path < ?)",
            (number, *EVERYTHING.messages),
        )
    place = Place(thread=EVERYTHING)
    with closing(connect(copy, "ro", probe)) as db:
        for typed, least in (("role:damaged", 1), ("role:user", 2)):
            matcher = Matcher(query(typed), lambda: False)
            whole = matching(db, place, None, matcher, UndecidedRows())
            assert placed(db, place, None, matcher) == [each.cursor for each in whole]
            assert len(whole) >= least
