"""A word of most messages is counted right, however odd some of them are, and whatever was found out before."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from store import open_store
from tests.store import naive
from tests.store.asking import query, search
from tests.store.conftest import add_conversation, add_message, plain

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

USUAL = ("rain", "The rain in Spain", "so it rained", "no such word", "thereafter")
ODD: tuple[Any, ...] = (
    *(
        "r\u00e1in",
        "ra\u0301in or the",
        "rain \x1e in \x1f two",
        "ra\0in",
        "the ?",
    ),
    *("rain" + "\u00e9" * 3000, "x" * 5000 + " rain", b"the rain", 17, ""),
    *(f"seen data:image/png;base64,{'rain' * 40} here", f"iVBORw0KGgo{'the' * 40}", "G\u00fcte /9j/ the"),
)
CALLS = (
    '{"calls": [{"name": "shell", "result_preview": "the rain"}], "narrative": "in rain"}',
    '{"calls":[{"name":"the","call_id":"rain"}]}',
    '{"calls":[{"name":"rain","name":"other","result":"the"}]}',
    '{"calls":[{"name":"http","parameters":{"name":"the rain"}}]}',
    '[{"name":"http","result":{"rain":["the"]}}]',
    '{"calls":[{"name":"a","result_preview":"the r...","result":"the rain, twice"}]}',
    '{"calls":[{"name":"a","result":"<tool_output name=\\"the\\">\\nrain\\n</tool_output>"}]}',
    '{"calls":[{"name":"a","result":"\\u0072ain"},"the"]}',
    '{"rain":',
    '{"calls":[{"result":"%s the"}]}' % ("x" * 5000),
)
WORDS = (
    "rain",
    "the",
    '"the rain"',
    "rain the",
    "in",
    "e",
    "rain -spain",
    "call",
    "\u00e1in",
    "absent",
    "role:user the",
)


def fill(db: sqlite3.Connection, seed: int, *, share: float, is_in_order: bool) -> list[str]:
    """Write some hundred messages, a share of them odd; return the conversations that are ours."""
    chance = random.Random(seed)
    db.execute("BEGIN")
    keys = [add_conversation(db, id=f"conversation {number}") for number in range(5)]
    others = [add_conversation(db, user_id="somebody else")]
    for number in range(700):
        minute = number if is_in_order else chance.randrange(700)
        values = {"created_at": f"2026-01-01T{minute // 60:02}:{minute % 60:02}:00.000Z", "role": "assistant"}
        is_odd = chance.random() < share
        content = chance.choice(ODD if is_odd else USUAL)
        if chance.random() < 0.2:
            content, values["role"] = chance.choice(CALLS if is_odd else CALLS[:1]), "tool_calls"
        if not is_in_order and is_odd and chance.random() < 0.02:
            values["created_at"] = "2026-13-01T00:00:00.000Z"
        add_message(db, chance.choice(keys + others), content, **values)
    db.execute("DELETE FROM conversation_messages WHERE rowid % 97 = ?", (seed,))
    db.execute("COMMIT")
    return keys


@pytest.mark.parametrize(("share", "is_in_order"), [(0.0, True), (0.1, True), (0.6, True), (0.1, False)])
async def test_every_conversation_has_as_many_hits_as_one_that_reads_every_message_finds(
    path: Path, share: float, is_in_order: bool
) -> None:
    with plain(path) as db:
        keys = fill(db, 3, share=share, is_in_order=is_in_order)
    async with open_store(path) as store:
        for typed in (*WORDS, *WORDS[:3]):
            expected = naive.hits(path, query(typed), keys)
            counts = {key: sum(each == key for each, _ in expected) for key, _ in expected}
            newest = dict(reversed(expected))
            findings, _ = await search(store, typed)
            found = {each.conversation_id: each for each in findings.conversations() if each.hits}
            assert {key: each.hits for key, each in found.items()} == counts
            assert {key: each.newest for key, each in found.items()} == newest


async def test_what_is_written_while_a_common_word_is_typed_counts(path: Path) -> None:
    with plain(path) as db:
        keys = fill(db, 5, share=0.0, is_in_order=True)
        async with open_store(path) as store:
            for number in range(3):
                before = len(naive.hits(path, query("rain"), keys))
                assert (await search(store, "rain"))[0].hits == before
                add_message(db, keys[0], f"rain {number}", created_at=f"2026-01-03T00:00:0{number}.000Z")
                db.execute("UPDATE conversation_messages SET content = 'r\u00e1in' WHERE rowid = ?", (100 + number,))
                db.execute("DELETE FROM conversation_messages WHERE rowid = ?", (300 + number,))
