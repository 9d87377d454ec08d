"""Find what stands beside a name such as ``password``: ``password: x``, ``"api_key": "x"``, ``the password is x``.

A value in quotes goes up to the quote that closes it, any other one to the end of its
word. Pure; linear, since the reading of a value goes on where the last one ended.
"""

from __future__ import annotations

import re
from base64 import b64decode
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from tui.export.secret_labels import LABELS, Label, Value
from tui.export.wrapped_lines import continued

if TYPE_CHECKING:
    from collections.abc import Iterator

_OF = (
    r"(?:\s?\([^()\n]{1,40}\)|\s(?:for|to|of|on|at|für|zum|zur|von|de|du|del|della|di|da|do|pour|para|per|van|voor|til|"
    r"till|на|от|для|к|do|dla)\s[^\n:=.,;|]{1,40}?)"
)
_IS = r"(?:is|was|lautet|ist|war|est|es|é|è|er|är|jest|on|это|是|为|為|は|—|–|->|→)(?:\s?[:：])?"
_SEPARATOR = re.compile(
    r"[\\\"'*_`]{0,16}(?:(?<=[\"'])\])?\s{0,3}"
    r"(?:(?:=>|[:=]{1,2})(?:[*_]{1,3}(?=\s))?\s{0,3}|(?P<cell>[*_`]{0,3}[ \t]{0,40}\|[ \t]{0,40}+))"
    rf"|(?P<phrase>{_OF}?\s?(?:{_IS}|[:=])\s{{1,3}}|\s?[は是为為]\s?)[*_]{{0,3}}",
    re.IGNORECASE,
)
_CELL = re.compile(r"(?!\[masked: )(?=[^|\n\w]{0,40}\w)[^|\n]{4,}+")
_QUOTE = re.compile(r"(\\{0,15})([\"'`])")
_CLOSING = {quote: re.compile(rf"(?<!\\)(\\*+)[{quote}\n]") for quote in "\"'`"}
_TYPOGRAPHIC = {"“": "”", "„": "“”", "«": "»", "»": "«", "‘": "’", "「": "」", "『": "』", "‹": "›"}
_LONGEST = 200
"""Characters between quotes as printers set them."""
_WORD = re.compile(
    r"(?:[^\s\"'<>`,;\\|，。、；！？）」』】》”»]|\\(?![\"'`nrt])|(?<=\w)'(?=\w)|\|(?!\s|\Z)"
    r"|[,;](?![\s\"'\\]|[\w.-]{1,40}\s?[=:]|\Z))*+",
)
MASKED = "[masked: "
"""What stands in the place of a secret begins like this."""
_ASCII = [word for word in LABELS if word.isascii()]
_BRACKETS = ((")", "("), ("]", "["), ("}", "{"))
_MIXED = re.compile(r"(?=\D*+\d|[^!@#$%^&*?+~]*+[!@#$%^&*?+~](?!\Z))(?=.*?[^\W\d_])[^\s()\[\]{}<>]+\Z")
_KEY = re.compile(r"(?=(?:\D*+\d){2})(?=.*?[A-Za-z])[A-Za-z0-9+/_-]{16,}+={0,2}\Z")
_DIGITS = re.compile(r"\d{3,8}\Z")
_ANY_CASE = re.compile(r"(?:[^\W_]+[-_.]){2}[^\W_]+|[a-z]+[A-Z]")
_CALL = re.compile(r"[A-Za-z_.]+\((?:\w*\))?\Z")
_VERB = re.compile(r"\b(?:is|was)\b", re.IGNORECASE)
_SAYS = re.compile(
    r"(?:not?|the|an?|in|on|at|too|so|very|only|also|still|always|never|what|that|this|your|my|his|her|our|their|same|"
    r"wrong|right|correct|incorrect|invalid|valid|weak|strong|secure|insecure|safe|empty|blank|missing|long|short|"
    r"good|bad|old|new|unknown|different|optional|mandatory|case|for|from|as|of|to|just|now|here|there|below|above|"
    r"\w+(?:ed|ing|able|ible|ary|tory))\b",
    re.IGNORECASE,
)
_END = re.compile(r"[.!*_`\"')]{0,4}\s*(?:\n|\Z)")


class _Read(NamedTuple):
    """A value as it stands in a text."""

    start: int
    end: int
    is_quoted: bool


def labelled(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a name such as ``password`` has its value."""
    place = 0
    for at, label in _names(text):
        if at < place:
            continue
        name = _pattern(label).match(text, at)
        separator = name and _SEPARATOR.match(text, name.end())
        if separator is None:
            continue
        if separator["cell"] is not None:
            value = _cell(text, separator.end()) if label.value is Value.ANY else None
        else:
            value = _value(text, separator.end(), is_phrase=separator["phrase"] is not None)
        if value is None:
            continue
        place = max(value.end, separator.end())
        if _is_secret(text, value, label.value, separator["phrase"]):
            yield value.start, value.end if value.is_quoted else continued(text, value.start, value.end)


def is_label(name: str) -> bool:
    """Tell whether a value that has this name, in JSON, is a secret."""
    return any(label.value in (Value.ANY, Value.LONG) for label in _whole_name(name))


def is_labelled(name: str, value: str) -> bool:
    """Tell whether a value is what a secret of this name is, in JSON, and not masked yet."""
    if value.startswith(MASKED):
        return False
    return any(_fits(value, label.value, is_quoted=True) for label in _whole_name(name))


def is_basic(written: str) -> bool:
    """Tell whether this is ``user:password`` in Base64 (RFC 7617), not a word after "basic"."""
    bare = written.rstrip("=")
    try:
        read = b64decode(bare + "=" * (-len(bare) % 4), validate=True).decode()
    except ValueError:
        return False
    return ":" in read and read.isprintable()


def _names(text: str) -> list[tuple[int, Label]]:
    """Return where a secret may be named, in order."""
    # This one alone grows when it is made small.
    lower = text.replace("İ", "I").lower()
    found: list[tuple[int, Label]] = []
    # Looking for a few letters is a hundred times as fast as a pattern.
    for word in [word for word in (_ASCII if text.isascii() else LABELS) if word in lower]:
        at = lower.find(word)
        while at >= 0:
            is_amid = at > 0 and lower[at - 1].isalnum()
            found += [(at, label) for label in LABELS[word] if not (label.is_word and is_amid)]
            at = lower.find(word, at + len(word))
    found.sort(key=lambda name: name[0])
    return found


def _whole_name(name: str) -> Iterator[Label]:
    """Yield the names of secrets that a name in JSON ends with."""
    tail = name[-60:]
    for at, label in _names(tail):
        match = _pattern(label).match(tail, at)
        if match is not None and not tail[match.end() :].strip():
            yield label


@cache
def _pattern(label: Label) -> re.Pattern[str]:
    return re.compile(re.escape(label.word) + label.rest, re.IGNORECASE)


def _is_secret(text: str, value: _Read, wanted: Value, phrase: str | None) -> bool:
    written = text[value.start : value.end]
    if text.startswith(MASKED, value.start) or not _fits(written, wanted, is_quoted=value.is_quoted):
        return False
    if not value.is_quoted and _CALL.match(written):
        return False
    if phrase is None or value.is_quoted or wanted is Value.DIGITS:
        return True
    if _MIXED.match(written) or _ANY_CASE.match(written):
        return True
    # In English, a word that ends what is said is the password, unless it tells something of it.
    is_english = wanted is Value.ANY and _VERB.search(phrase) is not None
    return is_english and _SAYS.match(written) is None and _END.match(text, value.end) is not None


def _fits(value: str, wanted: Value, *, is_quoted: bool) -> bool:
    match wanted:
        case Value.ANY:
            return len(value) >= (4 if is_quoted else 6)
        case Value.LONG:
            return len(value) >= (8 if is_quoted else 12)
        case Value.MIXED:
            return len(value) >= 6 and _MIXED.match(value) is not None
        case Value.KEY:
            return _KEY.match(value) is not None
        case Value.DIGITS:
            return _DIGITS.match(value) is not None
        case Value.BASIC:
            return len(value) >= 8 and is_basic(value)


def _cell(text: str, start: int) -> _Read | None:
    """Return the value in the next cell of a table's row."""
    match = _CELL.match(text, start)
    return None if match is None else _Read(start, start + len(match[0].rstrip()), True)


def _value(text: str, start: int, *, is_phrase: bool) -> _Read:
    """Return the value that begins at a place."""
    if opening := _QUOTE.match(text, start):
        start = opening.end()
        if (end := _closed(text, start, len(opening[1]), opening[2])) is not None:
            return _Read(start, end, True)
    elif closings := _TYPOGRAPHIC.get(text[start : start + 1]):
        ends = [text.find(closing, start + 1, start + _LONGEST) for closing in closings]
        if end := max(ends, default=-1) + 1:
            return _Read(start + 1, end - 1, True)
    word = _WORD.match(text, start)
    end = word.end() if word else start
    opened = text[start:end]
    # Brackets around the whole are none of its own.
    end = start + len(opened.rstrip("".join(closing for closing, opening in _BRACKETS if opening not in opened)))
    if is_phrase:
        end = start + len(text[start:end].rstrip(".!?*_:"))
    return _Read(start, end, False)


def _closed(text: str, start: int, backslashes: int, quote: str) -> int | None:
    r"""Return where a quoted value ends, if it does on its line or the text is cut in it.

    Args:
        text: All of it.
        start: Where the value begins.
        backslashes: How many were before the opening quote: 1 in JSON in a JSON string (``\"``), 3 in JSON in that.
        quote: Which one.
    """
    for match in _CLOSING[quote].finditer(text, start):
        if text[match.end() - 1] == "\n":
            return None
        before, depth = len(match[1]), backslashes
        while depth and before % 2:
            before, depth = before // 2, depth // 2
        if before % 2 == 0:
            return match.end() - 1 - min(len(match[1]), backslashes)
    return len(text) if quote == '"' else None
