"""What looks like a secret is found, masked the same everywhere, and never in the way of what is none."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import open_store
from store.stored import Choice
from tests.store.conftest import add_conversation, add_message, make_database, plain
from tests.tui.export.conftest import exported, imported, job
from tui.export import rewriting
from tui.export.formats import Format
from tui.export.masking import Masker
from tui.export.review import Review
from tui.export.secrets import Secret, finds
from tui.taking import look_through

if TYPE_CHECKING:
    from pathlib import Path

KEY = "BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nMIIEow+/=\n-----END RSA PRIVATE KEY-----"
PLANTED = {
    "sk-proj-" + "aB3_" * 12: Secret.API_KEY,
    "sk-ant-api03-" + "x7Y-" * 20: Secret.API_KEY,
    "ghp_" + "a1B2" * 9: Secret.API_KEY,
    "github_pat_" + "11A_" * 10: Secret.API_KEY,
    "AKIAIOSFODNN7EXAMPLE": Secret.API_KEY,
    "AIza" + "Sy-_a" * 7: Secret.API_KEY,
    "xoxb-1234567890-abcdefGHIJ": Secret.API_KEY,
    "123456789:AAF" + "x_-Z" * 8: Secret.API_KEY,
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sflKxwRJSMeKKF2QT4": Secret.JWT,
    "-----" + KEY: Secret.PRIVATE_KEY,
    "mara.l+news@mail.example.org": Secret.EMAIL,
    "+46 70 123 45 67": Secret.PHONE,
    "+15551234567": Secret.PHONE,
    "(212) 555-0173": Secret.PHONE,
}
IN_CONTEXT = {
    "password=hunter22!": "hunter22!",
    "DB_PASSWORD: 'correct-horse'": "correct-horse",
    "Authorization: Bearer abcdef0123456789abcdef": "abcdef0123456789abcdef",
    '{"api_key": "q1w2e3r4t5"}': "q1w2e3r4t5",
    r"{\"access_token\": \"q1w2e3r4t5\"}": "q1w2e3r4t5",
}
HARMLESS = (
    "6f9619ff-8b86-4011-b42d-00cf4fc964ff",
    "2026-06-18T17:42:00.000Z and 2026-06-18 17:42",
    "version 10.12.2024, invoice 20260618-0001, 1,234,567.89 €",
    "the sk- prefix, a password, an @mention and foo@bar",
    "192.168.100.200:8080 https://example.org/1234567890123",
)


@pytest.mark.parametrize("secret", PLANTED)
def test_a_planted_secret_is_found_whole(secret: str) -> None:
    for before, after in (("", ""), ("it is ", ", keep it"), ("(", ")"), ("\n", "\n"), ("=", ";")):
        text = before + secret + after
        found = [(text[find.start : find.end], find.kind) for find in finds(text)]
        assert (secret, PLANTED[secret]) in found


@pytest.mark.parametrize("text", IN_CONTEXT)
def test_a_secret_that_its_context_gives_away_is_found(text: str) -> None:
    assert [text[find.start : find.end] for find in finds(text)] == [IN_CONTEXT[text]]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert finds(text) == []


@pytest.mark.parametrize(
    "piece",
    [
        "a", "1", "+1 ", "sk-", "eyJ", "eyJaaaaaaaaaa.", "@", "a@a.", "-----BEGIN PRIVATE KEY-----", "password=",
        "bearer ", "+1(1)", "1.1-", "1:", "ghp_", "-", '"password":"', "xox",
    ],
)  # fmt: skip
def test_no_text_takes_long(piece: str) -> None:
    text = piece * (400_000 // len(piece))
    start = time.process_time()
    finds(text)
    assert time.process_time() - start < 5


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.integers() | st.text() | st.sampled_from([*PLANTED, *IN_CONTEXT]),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["password", "name", "ü"]), inner),
    ),
    st.booleans(),
)
def test_masked_json_stays_json_and_has_no_secret_left(document: object, is_ascii: bool) -> None:
    stored = json.dumps({"calls": [{"name": "http", "result": document}]}, ensure_ascii=is_ascii)
    masked = rewriting.json_text(stored, lambda kind, *_: f"[masked: {kind.label} 1]")
    assert json.loads(masked).keys() == {"calls"}
    assert not [secret for secret in PLANTED if secret in json.dumps(json.loads(masked), ensure_ascii=False)]
    assert rewriting.json_text(stored, lambda _, secret, *__: secret) == stored


def test_what_is_masked_already_is_not_masked_again() -> None:
    stored = '{"password": "a@example.org", "other": "a@example.org"}'
    masker = Masker.of(frozenset(Secret))
    once = rewriting.json_text(stored, masker._swap)
    assert once == '{"password": "[masked: e-mail 1]", "other": "[masked: e-mail 1]"}'
    assert rewriting.json_text(once, masker._swap) == once


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A file in which every place that stores text has a secret."""
    path = make_database(tmp_path / "planted.db")
    with plain(path) as db:
        metadata = json.dumps({"title": "ask mara@example.org", "note": "sk-" + "a" * 30})
        one = add_conversation(db, metadata=metadata, thread_id="+46701234567")
        for secret in PLANTED:
            add_message(db, one, f"it is {secret}, and again {secret}")
            calls = {"calls": [{"name": "http", "result": f"got {secret}"}]}
            add_message(db, one, json.dumps(calls), role="tool_calls")
        add_message(db, one, b"bytes with mara@example.org \xff")
    return path


@pytest.mark.parametrize("kind", list(Format))
async def test_masked_secrets_are_in_no_format(planted: Path, tmp_path: Path, kind: Format) -> None:
    masker = Masker.of(frozenset(Secret))
    text = await exported(planted, kind, masker=masker)
    plain_text = text.replace("\\n", "\n").replace("\\\\n", "\n").replace("&#x27;", "'").replace("&amp;", "&")
    for secret in (*PLANTED, "mara@example.org"):
        assert secret not in plain_text
    assert "e-mail" in text
    assert "masked" in text.splitlines()[-1] or "masked" in text[-200:]
    if kind.is_data:
        imported(text, tmp_path / "masked.db")
        with plain(tmp_path / "masked.db") as db:
            rows = db.execute("SELECT content FROM conversation_messages WHERE role = 'tool_calls'").fetchall()
            assert all(json.loads(content)["calls"] for (content,) in rows)
            (metadata,) = db.execute("SELECT metadata FROM conversations").fetchone()
            assert json.loads(metadata)["title"].startswith("ask [masked: e-mail ")


async def test_the_same_secret_has_the_same_number_and_what_is_kept_stays(planted: Path) -> None:
    text = await exported(planted, Format.TEXT, masker=Masker.of(frozenset({Secret.PHONE})))
    for number in (2, 3, 4):
        assert f"it is [masked: phone number {number}], and again [masked: phone number {number}]" in text
    assert "mara.l+news@mail.example.org" in text
    assert text.rstrip().endswith("masked: phone number 10")


async def test_a_review_finds_every_planted_secret_with_its_context(planted: Path) -> None:
    review = Review()
    async with open_store(planted, read_only=True) as store:
        await look_through(store, job(Format.TEXT, Choice()), review, lambda done, total: None)
    found = {suspect.secret: suspect for suspect in review.suspects}
    assert PLANTED.keys() <= found.keys()
    assert found["mara@example.org"].count == 2
    assert found["+15551234567"].count == 3
    assert found["+15551234567"].before == "it is "
    assert [suspect.kind for suspect in review.suspects] == sorted(
        (suspect.kind for suspect in review.suspects), key=list(Secret).index
    )
    review.decide_all(Secret.API_KEY, is_masked=False)
    review.decide(found["mara@example.org"], is_masked=False)
    masker = review.masker()
    kept = "AKIAIOSFODNN7EXAMPLE mara@example.org"
    assert masker.text(kept) == kept
    assert masker.text("+15551234567 new@example.org") == "[masked: phone number 1] [masked: e-mail 1]"


async def test_a_title_that_was_cut_in_a_secret_loses_it(tmp_path: Path) -> None:
    path = make_database(tmp_path / "cut.db")
    with plain(path) as db:
        add_message(db, add_conversation(db), "word " * 18 + "mara.lindqvist.translator@example.org is mine")
    text = await exported(path, Format.JSONL, masker=Masker.of(frozenset(Secret)))
    assert "mara" not in text
    assert json.loads(text.splitlines()[1])["title"].endswith("word …")
