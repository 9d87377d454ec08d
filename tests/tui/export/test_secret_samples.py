"""Every sort of key in the table is found, every place in which secrets stand, and nothing in what is harmless."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from store.demo import DEMO_END, write_demo
from tests.tui.export.secret_samples import HARMLESS, IN_CONTEXT, KEYS, WORDS
from tui.export import rewriting
from tui.export.masking import Masker
from tui.export.secret_patterns import PATTERNS, PREFIXES, WALLET_PATTERNS
from tui.export.secrets import Secret, finds

if TYPE_CHECKING:
    from pathlib import Path

    from tui.export.secret_patterns import KeyPattern

PROSE = (
    "I put the basil beside the tomatoes, and the key to the shed is under the blue pot. Ask Ida for the token of "
    "thanks; the password to good soil is patience, as grandmother used to say.\n\n"
    "1. Soak the beans (12 h).\n2. 200 g flour, 3 eggs, 1/2 tsp salt\n3. 180 °C for 45 min\n\n"
    "Flight SK1427 on 2026-06-18 at 17:42, seat 14C, booking X7K9PQ; parcel 00340434161094042557.\n"
)
CODE = (
    "def login(user: str, password: str, token: Token | None = None) -> Session:\n"
    "    secret = read_it()\n    return Session(user, word=password, key=make_key(user))\n\n"
    "SELECT id, pin FROM cards WHERE pass = ? AND token IS NOT NULL;\n"
    "commit 5f0c3a1b9e8d7c6b5a4f3e2d1c0b9a8f7e6d5c4b\nuuid 6f9619ff-8b86-d011-b42d-00cf4fc964ff\n"
    "color: #4f5d75; padding: 0 4px; --token-color: #fff; 0x7fffffff 1e-10 4.35e+12\n"
)


@pytest.mark.parametrize("pattern", [*PATTERNS, *WALLET_PATTERNS], ids=lambda each: f"{each.issuer} {each.what}")
def test_a_key_of_every_issuer_is_found_whole_and_its_prefix_alone_is_none(pattern: KeyPattern) -> None:
    prefix = pattern.prefix
    key = prefix + KEYS[prefix]
    for text in (key, f"it is {key}, keep it", f'{{"x": "{key}"}}', f"x\n{key}\ny"):
        assert key in [text[find.start : find.end] for find in finds(text)]
    for harmless in (
        prefix,
        f"{prefix} is how it begins",
        f"{prefix}…",
        f"a{prefix.lower()}long-walk",
        f"the {prefix}key",
    ):
        assert finds(harmless) == []


def test_the_samples_are_those_of_the_table() -> None:
    assert KEYS.keys() == {*PREFIXES}


@pytest.mark.parametrize("text", IN_CONTEXT)
def test_a_secret_is_found_where_it_stands(text: str) -> None:
    for before, after in (("", ""), ("Hello,\n", ""), ("", "\n")):
        whole = before + text + after
        assert {whole[find.start : find.end] for find in finds(whole)} == {IN_CONTEXT[text]}


@pytest.mark.parametrize("text", IN_CONTEXT)
def test_nothing_of_a_secret_is_left_and_what_is_masked_stays(text: str) -> None:
    masker = Masker.of(frozenset(Secret))
    masked = rewriting.text(text, masker._swap)
    assert masked.count("[masked: ") == 1
    assert not any(part in masked for part in IN_CONTEXT[text].split("\n") if len(part) > 5)
    assert rewriting.text(masked, masker._swap) == masked


@pytest.mark.parametrize("text", [*HARMLESS, PROSE, CODE])
def test_what_is_harmless_is_left_alone(text: str) -> None:
    assert finds(text) == []


@pytest.mark.parametrize("count", range(10, 26))
def test_the_words_of_a_wallet_are_told_by_their_number(count: int) -> None:
    words, is_phrase = (WORDS.split() * 2)[:count], count in (12, 15, 18, 21, 24)
    numbered = "\n".join(f"{number}. {word}" for number, word in enumerate(words, 1))
    for phrase in (" ".join(words), ", ".join(words), "\n".join(words), numbered):
        text = f"Seed phrase:\n{phrase}\n\nKeep it."
        ends = {find.end for find in finds(text)}
        assert (text.index("\n\nKeep") in ends) == is_phrase
    assert finds(" ".join(words)) == []


def test_the_sample_history_has_two_addresses_and_no_other_alarm(tmp_path: Path) -> None:
    write_demo(tmp_path / "demo.db", end=DEMO_END)
    with closing(sqlite3.connect(tmp_path / "demo.db")) as db:
        texts = [str(text) for (text,) in db.execute("SELECT content FROM conversation_messages")]
    assert len(texts) > 6000
    found = {(find.kind, text[find.start : find.end]) for text in texts for find in finds(text)}
    assert {kind for kind, _ in found} <= {Secret.EMAIL, Secret.PHONE}, found
    assert len(found) <= 2
