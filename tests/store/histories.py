"""Random histories and random queries, for comparing searches; hostile in every way that a file can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.store.conftest import USER, add_conversation, add_message, plain

if TYPE_CHECKING:
    import random
    import sqlite3
    from pathlib import Path

WORDS = (
    "lisbon", "Lisboa", "café", "cafe\u0301", "CAFÉ", "résumé", "naïve", "東京タワー", "東京", "ﾀﾜｰ", "ﬁne", "fine",
    "Straße", "STRASSE", "Погода", "ПОГОДА", "İstanbul", "weather", "100%", "under_score", "back\\slash", "it's",
    '"quoted"', "(a)", "…", "...", "x", "\0", "😀", "𝐁𝐨𝐥𝐝", "ｆｕｌｌ", "한국어", "ไทยแลนด์",
    "a\u0308\u0301b", "re\u0301sume\u0301",
    "—", "“curly”", "K", "½", "0x1F", "e", "\ufffd", "z" * 300 + "needle" + "z" * 300,
)  # fmt: skip
HOSTILE_QUERIES = (
    '"unbalanced', 'a "', '"""', "secret:x", "{a}:b", "{secret}:x", "a\0b", "\0", "x" * 60_000, "\ud800",
    "a \udfff b", "NEAR(a b)", "a OR b", "a* AND ^b", "NOT", "%_\\", "'; DROP TABLE conversations; --", "((((",
    "-", '-""', "col : x", "since:", "since:9999-99-99", "until:99999999999999999d", "kind:nothing", "\u0301",
    "\u200f\u202e", "\ufffd",
)  # fmt: skip
_GAPS = (" ", "  ", "\n", "\t", "-", ", ", "\u00a0", "", "\r\n")
_TIMES = (
    "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z", "2026-02-03T04:05:06.789Z", "2026-02-03 04:05:06",
    "2026-03-01T00:00:00+02:00", "2025-12-31T23:59:59.999Z", "yesterday", "", None, b"\xff",
)  # fmt: skip
_CHANNELS = ("telegram", "Gateway", "routine", "heartbeat")
_METADATA = (
    "{}",
    '{"title": "Café plans"}',
    '{"thread_type": "routine", "routine_name": "Weather"}',
    "{broken",
    None,
)


def text(chance: random.Random) -> str:
    return "".join(chance.choice(WORDS) + chance.choice(_GAPS) for _ in range(chance.randint(0, 6)))


def fill(path: Path, chance: random.Random, messages: int = 80) -> None:
    """Add conversations of two users, with messages of every kind."""
    with plain(path) as db:
        ids = [
            add_conversation(
                db,
                id=f"{number:08d}-0000-4000-8000-{chance.randrange(10**12):012d}",
                channel=chance.choice(_CHANNELS),
                user_id=USER if chance.random() < 0.8 else "somebody else",
                last_activity=chance.choice(_TIMES),
                metadata=chance.choice(_METADATA),
            )
            for number in range(8)
        ]
        db.execute("BEGIN")
        for _ in range(messages):
            add_random(db, chance, chance.choice(ids))
        for rowid in chance.sample(range(1, messages), messages // 10):
            db.execute("DELETE FROM conversation_messages WHERE rowid = ?", (rowid,))
        if chance.random() < 0.5:
            db.execute("UPDATE conversation_messages SET rowid = rowid * 1000003 WHERE rowid % 3 = 0")
        db.execute("COMMIT")


def add_random(db: sqlite3.Connection, chance: random.Random, conversation_id: str) -> None:
    said: Any = text(chance)
    kind = chance.random()
    if kind < 0.05:
        said = said.encode()
    elif kind < 0.08:
        said = chance.choice([None, 42, 1.5, b"\xff\xfe lisbon"])
    add_message(
        db,
        conversation_id,
        said,
        role=chance.choice(("user", "User", "assistant", "tool_calls", b"user", None)),
        created_at=chance.choice(_TIMES),
    )
    if kind > 0.95:
        db.execute(
            "UPDATE conversation_messages SET content = CAST(? AS TEXT) WHERE rowid = last_insert_rowid()",
            (b"caf\xc3 lisbon \xff" + str(said).encode(),),
        )


def query(chance: random.Random) -> str:
    parts = []
    for _ in range(chance.randint(1, 3)):
        word = chance.choice((*WORDS[:-1], "needle")).replace('"', "")
        cut = chance.randint(0, max(len(word) - 2, 0)) if chance.random() < 0.4 else 0
        word = word[cut : cut + chance.randint(1, 6)] if chance.random() < 0.5 else word
        if chance.random() < 0.2:
            word = f'"{word} {chance.choice(WORDS[:10])}"'
        parts.append(("-" if chance.random() < 0.15 else "") + word)
    for filter_, share in (
        ("channel:telegram", 0.1), ("channel:gateway", 0.1), ("kind:routine", 0.1), ("role:user", 0.1),
        ("since:2026-01-01", 0.1), ("until:2026-02-03T04:05Z", 0.1),
    ):  # fmt: skip
        if chance.random() < share:
            parts.append(filter_)
    return " ".join(parts)
