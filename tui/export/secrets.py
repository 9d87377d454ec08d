"""Find what looks like a secret in a text: keys, tokens, passwords, addresses. Pure; linear time whatever the text.

A repetition in a pattern is bounded, or possessive and then the end of what it belongs to; where more follows, the
pattern begins only where a run of its characters does. So no text is gone over again and again, and what is found is
found to its end. What is found is a guess: a person decides.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui.export.bare_secrets import cards, ibans, mixed_keys
from tui.export.clear_text import ClearText
from tui.export.labelled_secrets import is_labelled, labelled
from tui.export.prefixed_keys import api_keys, wallet_keys
from tui.export.secret_contexts import found
from tui.export.secret_kinds import Find, Secret
from tui.export.wrapped_lines import end_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Find", "Secret", "finds"]

_JWT = re.compile(r"eyJ[A-Za-z0-9_-]{8,}+\.eyJ[A-Za-z0-9_-]{8,}+\.[A-Za-z0-9_-]*+")
_BEFORE_JWT = re.compile(r"(?:\A|[^A-Za-z0-9_-])_{0,3}\Z")
_PEM = r"[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
_PRIVATE = re.compile(rf"-----BEGIN {_PEM}(?:[^-]++|-(?!----))*+(?:-----END {_PEM})?")
_URL_PASSWORD = re.compile(r"://[^\s/:\"'<>]*+:(?!\[masked: )([^\s/\"'<>]+)@")
_SLASHED_PASSWORD = re.compile(r"://[^\s/:@\[\"'<>]{0,100}:(?!\d{1,5}/|\[masked: |//)([^\s\"'<>]{1,128})@(?=[\w\[])")
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]++(?:['&][\w.+%-]++){0,3}+@(?:[^\W_]|-)++(?:\.(?:[^\W_]|-)++)++")
# A pattern that begins with a sign is searched three times as fast as one that looks behind first.
_INTERNATIONAL = re.compile(
    r"\+(?<![\w.+/-]\+)\d{1,3}(?:[ .-]?\(\d{1,4}\))?(?:[ ./-]?\d{1,5}){2,6}(?![\w-])", re.ASCII
)
_AMERICAN = re.compile(
    r"\((?<![\w.+:/-]\()\d{3}\) ?\d{3}[.-]\d{4}(?![\w-])|\d(?<![\w.+:/-]\d)\d\d[.-]\d{3}[.-]\d{4}(?![\w-])", re.ASCII
)
_DIGIT = re.compile("[0-9]")
_LEAST_WORD = 12
"""Characters of a part of a key, at the least, if lines break it."""
_PUNCTUATION = "*_.,;:!?()\"'"
_LEAST_DIGITS, _MOST_DIGITS = 8, 15  # ITU-T E.164


def finds(text: str, name: str = "") -> list[Find]:
    """Return what looks like a secret, in order of its beginning, the longest first.

    Those of one kind are apart. Those of two may overlap: whether a kind is masked is for others to know.

    Args:
        text: Where to look.
        name: What JSON calls the text, if it does.
    """
    clear = ClearText(text)
    places = [Find(*clear.stored_span(start, end), kind) for start, end, kind in _all(clear.text)]
    if name and is_labelled(ClearText(name).text, clear.text):
        places.append(Find(0, len(text), Secret.PASSWORD))
    last: dict[Secret, Find] = {}
    apart: list[Find] = []
    for find in sorted(places, key=_place):
        known = last.get(find.kind)
        if known is not None and find.start < known.end:
            find = last[find.kind] = Find(known.start, max(known.end, find.end), find.kind)  # noqa: PLW2901 - joined
            continue
        if known is not None:
            apart.append(known)
        last[find.kind] = find
    return sorted([*apart, *last.values()], key=_place)


def _place(find: Find) -> tuple[int, int, bool]:
    # What is called a password by its name alone says the least.
    return find.start, -find.end, find.kind is Secret.PASSWORD


def _all(text: str) -> Iterator[Find]:
    # Splitting at spaces is five times as fast as a search for what is long.
    words = text.split()
    if not all(len(word) < _LEAST_WORD or word.strip(_PUNCTUATION).isalpha() for word in words):
        yield from _keys(text, words)
    yield from found(text)
    yield from (Find(start, end, Secret.PASSWORD) for start, end in labelled(text))
    if "PRIVATE KEY" in text:
        yield from (Find(*match.span(), Secret.PRIVATE_KEY) for match in _PRIVATE.finditer(text))
    if _DIGIT.search(text):
        yield from (Find(start, end, Secret.CARD) for start, end in cards(text))
        yield from (Find(start, end, Secret.IBAN) for start, end in ibans(text))
        yield from (Find(start, end, Secret.PHONE) for start, end in _phones(text))
    if "@" in text:
        yield from _around_at(text)


def _keys(text: str, words: list[str]) -> Iterator[Find]:
    """Yield keys that say by themselves what they are."""
    yield from (Find(start, end, Secret.API_KEY) for start, end in api_keys(text))
    yield from (Find(start, end, Secret.PRIVATE_KEY) for start, end in wallet_keys(text))
    yield from (Find(start, end, Secret.JWT) for start, end in _web_tokens(text))
    for start, end, is_wallet in mixed_keys(text, words):
        yield Find(start, end, Secret.PRIVATE_KEY if is_wallet else Secret.API_KEY)


def _web_tokens(text: str) -> Iterator[tuple[int, int]]:
    at = text.find("eyJ")
    while at >= 0:
        end = end_of(_JWT, text, at) if _BEFORE_JWT.search(text[max(at - 4, 0) : at]) else None
        if end is not None:
            yield at, end
        at = text.find("eyJ", end or at + 1)


def _around_at(text: str) -> Iterator[Find]:
    """Yield the passwords of addresses, and mailboxes."""
    passwords = [match.span(1) for match in _URL_PASSWORD.finditer(text)]
    passwords += [match.span(1) for match in _SLASHED_PASSWORD.finditer(text) if "/" in match[1]]
    yield from (Find(*span, Secret.PASSWORD) for span in passwords)
    # What is before the @ of a URL is no mailbox.
    starts, ends = ({span[place] for span in passwords} for place in (0, 1))
    for match in _EMAIL.finditer(text):
        if match.start() not in starts and match.start() + match[0].index("@") not in ends:
            yield Find(*match.span(), Secret.EMAIL)


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_INTERNATIONAL, _AMERICAN):
        for match in pattern.finditer(text):
            if _LEAST_DIGITS <= sum(map(str.isdigit, match[0])) <= _MOST_DIGITS:
                yield match.span()
