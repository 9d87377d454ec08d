"""What looks like a secret is found, masked the same everywhere, and never in the way of what is none."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import open_store
from store.contract.stored_rows import RowSelection, StoredMessage
from store.records import Message, MessageCursor
from tests.store.conftest import CAMPAIGN, add_conversation, add_message, make_database, plain
from tests.tui.export.conftest import exported, imported, job
from tui.export import rewriting
from tui.export.export_format import Format
from tui.export.export_run import look_through
from tui.export.masking import Masker
from tui.export.secret_review import Review
from tui.export.secrets import Secret, finds

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
    "xoxe.xoxp-1-" + "aB3" * 12: Secret.API_KEY,
    "xoxc-123-" + "aB3" * 12: Secret.API_KEY,
    "xoxd-" + "aB3%2F" * 6: Secret.API_KEY,
    "gsk_" + "aB3d" * 13: Secret.API_KEY,
    "xai-" + "aB3d" * 20: Secret.API_KEY,
    "SG." + "aB3_-d" * 3 + "." + "aB3_-d" * 7: Secret.API_KEY,
    "GOCSPX-" + "aB3_" * 7: Secret.API_KEY,
    "ya29." + "aB3_" * 20: Secret.API_KEY,
    "pypi-AgEIcHlwaS5vcmc" + "aB3_" * 30: Secret.API_KEY,
    "dckr_pat_" + "aB3" * 9: Secret.API_KEY,
    "hvs." + "aB3_" * 20: Secret.API_KEY,
    "whsec_" + "aB3d" * 8: Secret.API_KEY,
    "shpat_" + "0a9f" * 8: Secret.API_KEY,
    "dop_v1_" + "0a9f" * 16: Secret.API_KEY,
    "AGE-SECRET-KEY-1" + "QPZRY9X8GF2TV" * 4: Secret.API_KEY,
    "MTA1abcdefghij1234567890.G1abcd." + "aB3_" * 9: Secret.API_KEY,
    "mara.l+news@mail.example.org": Secret.EMAIL,
    "o'brien@example.com": Secret.EMAIL,
    "a@b.c.d.e.f.g.h.i.com": Secret.EMAIL,
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
    r"{\"password\":\"correct \\\"horse\\\" battery\", \"b\": 1}": r"correct \\\"horse\\\" battery",
    'password: "hunter2,xyz;q" and on': "hunter2,xyz;q",
    r'password: "a \"b\" {c} [d] \\" and "on"': r"a \"b\" {c} [d] \\",
    "PWD='abc;def ghi'": "abc;def ghi",
    "{password: abc{defghij}}": "abc{defghij}}",
    "(password: hunter2)": "hunter2",
    "password=abc,d'ef;gh|ij, and on": "abc,d'ef;gh|ij",
    "password=abcdef,user=bob": "abcdef",
    "https://api.telegram.org/bot123456789:AAF" + "x_-Z" * 8 + "/getMe": "123456789:AAF" + "x_-Z" * 8,
    "AWS_SECRET_ACCESS_KEY=wJalr/K7MDENG/bPxR": "wJalr/K7MDENG/bPxR",
    "aws_secret_access_key = wJalr/K7MDENG/bPxR": "wJalr/K7MDENG/bPxR",
    "aws_session_token=FwoGZXIvYXdzEBYaD": "FwoGZXIvYXdzEBYaD",
    "SECRET_KEY_BASE=0123456789abcdef": "0123456789abcdef",
    "OPENAI_KEY=0123456789abcdef": "0123456789abcdef",
    "API_TOKEN=q1w2e3r4": "q1w2e3r4",
    "token: 0123456789abcdef": "0123456789abcdef",
    "api key: q1w2e3r4": "q1w2e3r4",
    r"api\_key: q1w2e3r4": "q1w2e3r4",
    "**Password:** hunter2x": "hunter2x",
    "*password*: hunter2x": "hunter2x",
    "| password | hunter2x |": "hunter2x",
    "_sk-proj-" + "aB3d" * 9: "sk-proj-" + "aB3d" * 9,
    r"ghp\_" + "a1B2" * 9: r"ghp\_" + "a1B2" * 9,
    "https://user:p4ssw0rd!@host/": "p4ssw0rd!",
    "postgres://bob:p@ss@host:5432/x": "p@ss",
    "postgres://bob:hunter2@db.example.com/x": "hunter2",
    r'{"arguments":"{\"password\":\"correct horse bat': "correct horse bat",
    "Authorization: Basic dXNlcjpwYXNzd29yZA==": "dXNlcjpwYXNzd29yZA==",
    "https://hooks.slack.com/services/T0000/B0000/XXXXXXXXXXXX": "T0000/B0000/XXXXXXXXXXXX",
    "https://discord.com/api/webhooks/123456789012345678/" + "aB3_" * 9: "123456789012345678/" + "aB3_" * 9,
    "tel:+15551234567": "+15551234567",
    "Call:+15551234567": "+15551234567",
}
GOOGLE, GITHUB, TOKEN = "AIza" + "Sy-_a" * 7, "ghp_" + "a1B2" * 9, "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sflKxw"
OVERLAPS = (
    (Secret.API_KEY, f"GET /?api_key={GOOGLE}&q=1", GOOGLE),
    (Secret.API_KEY, f"password=x:{GITHUB}", GITHUB),
    (Secret.PASSWORD, "secret: sk-ant-" + "x7Y-" * 20, "sk-ant"),
    (Secret.PASSWORD, "password=bob@example.com", "bob"),
    (Secret.JWT, f"access_token={TOKEN}&x=1", TOKEN),
    (Secret.JWT, f"Bearer {TOKEN}", TOKEN),
    (Secret.API_KEY, f"Bearer {TOKEN}", TOKEN),
    (Secret.EMAIL, "password=bob@example.com/x", "bob@example.com"),
)
LONG = {
    "PGP": "-----BEGIN PGP PRIVATE KEY BLOCK-----\n"
    + ("A" * 64 + "\n") * 400
    + "-----END PGP PRIVATE KEY BLOCK-----",
    "bearer": "Bearer " + "aB3d" * 1300,
    "password": "password: " + "aB3d" * 80,
    "key": "sk-" + "aB3d" * 80,
    "JWT": "eyJhbGciOiJIUzI1NiJ9.eyJ" + "aB3d" * 2300 + ".abcdef",
    "e-mail": "x" * 70 + "@" + "b." * 20 + "com",
}
HARMLESS = (
    "6f9619ff-8b86-4011-b42d-00cf4fc964ff",
    "2026-06-18T17:42:00.000Z and 2026-06-18 17:42",
    "version 10.12.2024, invoice 20260618-0001, 1,234,567.89 €",
    "the sk- prefix, a password, an @mention and foo@bar",
    "basic understanding of tokens: 4096, token: next, | password |",
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


@pytest.mark.parametrize(("kind", "text", "secret"), OVERLAPS)
def test_what_is_to_be_masked_is_masked_whatever_it_overlaps(kind: Secret, text: str, secret: str) -> None:
    for stored in (text, json.dumps({"a": text}), json.dumps({"a": json.dumps({"b": text})})):
        masked = rewriting.json_text(stored, Masker.of(frozenset({kind}))._swap)
        assert secret not in masked
        assert f"[masked: {kind.label} 1]" in masked
        everything = rewriting.json_text(stored, Masker.of(frozenset(Secret))._swap)
        assert secret not in everything
        assert everything.count("[masked: ") == 1


def test_a_kept_kind_keeps_no_secret_of_a_masked_one() -> None:
    for _, text, _ in OVERLAPS:
        message = Message("1", "1", "user", text, None, MessageCursor(0, 1))
        row = StoredMessage.of(1, {"content": text}, message)
        kinds = {find.kind for find in finds(text)}
        assert len(kinds) == 2
        for kept in kinds:
            review = Review()
            review.add((row,))
            review.decide_all(kept, is_masked=False)
            masked = str(review.masker().message(row).values["content"])
            assert all(suspect.secret not in masked for suspect in review.suspects if suspect.kind is not kept)


@pytest.mark.parametrize("name", LONG)
def test_nothing_is_left_of_a_long_secret(name: str) -> None:
    text = LONG[name]
    masked = rewriting.text(f"it is {text} and on", Masker.of(frozenset(Secret))._swap)
    assert masked.startswith("it is ")
    assert masked.endswith("1] and on")
    assert len(masked) < 60


def test_a_password_in_json_in_json_is_masked_to_its_end() -> None:
    arguments = {"password": 'correct "horse" battery', "n": json.dumps({"pwd": "a b c"})}
    stored = json.dumps({"arguments": json.dumps(arguments)})
    masked = rewriting.json_text(stored, Masker.of(frozenset(Secret))._swap)
    inner = json.loads(json.loads(masked)["arguments"])
    assert inner["password"] == "[masked: password 1]"
    assert json.loads(inner["n"]) == {"pwd": "[masked: password 2]"}


def test_an_escape_that_is_no_character_stays_an_escape() -> None:
    stored = r'[{"name":"http","result_preview":"\u00e9 \ud83d\ude00 mail bob@example.com \ud83d"}]'
    masked = rewriting.json_text(stored, Masker.of(frozenset(Secret))._swap)
    assert masked == stored.replace("bob@example.com", "[masked: e-mail 1]")


@pytest.mark.parametrize(
    "piece",
    [
        "a", "1", "+1 ", "sk-", "eyJ", "eyJaaaaaaaaaa.", "_eyJaaaaaaaaa", "@", "a@a.", "a'", "a&b@",
        "-----BEGIN PRIVATE KEY-----", "password=", 'password=\\"', "password=\"'", "password=\"\\", "password=,",
        "bearer ", "basic AAAA", "+1(1)", "1.1-", "1:", "ghp_", "-", '"password":"', "xox", "://a:a@", "password|",
        "A_KEY=,", "\\", ")", "SG.aaaaaaaaaaaaaaaaaaaa.", "MMMMMMMMMMMMMMMMMMMMMMMM.", "[masked: ",
        "curl ", "curl -u a:b ", "mysql -p", "zip ", "--password ", "login a password ", "WIFI:T:a;", "$1$a$",
        "seed ",
        "seed: abandon ", "abandon ", "cookie: a=aaaaaaaa; ", "authorization: token ", "://a:a/", "password for a ",
        "password: “", "the password is ", "пароль: ", "密码", "4111 1111 ", "DE89 3704 ", "a\u200b", "ｐ", "ghp_a\n",
        "sk-aaaaaaaaaaaaaaaa1\n", "eyJaB1aB1aB1aB1\n", "LS0tLS1CRUdJTi", "PuTTY-User-Key-File-2: a\n", "a\\_b",
        "aB1/aB1/aB1/aB1/aB1/aB1/aB1/aB1/aB1/aB1/ ", '"kty" "d"', "x-a-key:", "key-", "sig=", "?sig=%41",
    ],
)  # fmt: skip
def test_no_text_takes_long(piece: str) -> None:
    """Sixteen times the text takes about sixteen times as long; going over it again and again, 256 times."""
    length = 4_000 if CAMPAIGN == 1 else 62_500
    short = "password=" + piece * (length // len(piece))
    long = "password=" + piece * (16 * length // len(piece))
    most = 60 * max(min(_seconds(short) for _ in range(3)), 0.002)
    # One look may meet a processor that runs slowly just then.
    assert any(_seconds(long) < most for _ in range(3))


def _seconds(text: str) -> float:
    start = time.process_time()
    finds(text)
    return time.process_time() - start


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
    masked = rewriting.json_text(stored, Masker.of(frozenset(Secret))._swap)
    assert json.loads(masked).keys() == {"calls"}
    assert not [secret for secret in PLANTED if secret in json.dumps(json.loads(masked), ensure_ascii=False)]
    assert rewriting.json_text(stored, lambda _, __: ()) == stored


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
    if kind in (Format.JSON, Format.JSONL):
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
        await look_through(store, job(Format.TEXT, RowSelection()), review, lambda done, total: None)
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
