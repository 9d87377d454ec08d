"""Read a ``.env`` file exactly as IronClaw does, which reads it with dotenvy 0.15.

Some of its habits surprise: reading stops for good at the first line that is not ``KEY=value``, the first of several
assignments to a key counts, and quotes may run over line ends. They are kept, since a setting that IronClaw does not
see must not lead us to another database than its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_BOM = b"\xef\xbb\xbf"
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*=\s*(.*)", re.DOTALL)
_ASSIGNED = re.compile(rb"^[^\S\n]*(?:export[^\S\n]+)?([A-Za-z_][A-Za-z0-9_.]*)[^\S\n]*=", re.MULTILINE)
_BRACED = re.compile(r"\{([^}]*)\}")
_ESCAPES = {"\\": "\\", "'": "'", '"': '"', "$": "$", " ": " ", "n": "\n"}


@dataclass(frozen=True, slots=True)
class Dotenv:
    """What a ``.env`` file sets, and where reading it came to an end."""

    values: Mapping[str, str] = field(repr=False)
    """The settings that take effect; they may be secrets."""
    broken_line: int | None = None
    """The line, counted from 1, at which reading stopped; ``None`` if the whole file was read."""
    lost: frozenset[str] = frozenset()
    """The names that are set only at or after ``broken_line``, and so not at all."""


class _Broken(Exception):
    """A line cannot be read."""

    def __init__(self, line: int) -> None:
        self.line = line


def parse(data: bytes, known: Mapping[str, str]) -> Dotenv:
    """Return the settings of a ``.env`` file; never raises.

    Args:
        data: The content of the file, in any encoding; what is not UTF-8 ends the reading.
        known: The environment so far. ``$NAME`` and ``${NAME}`` mean its values before those of the file.
    """
    data = data.removeprefix(_BOM)
    values: dict[str, str] = {}

    def lookup(name: str) -> str:
        return known.get(name, values.get(name, ""))

    try:
        for line, text in _logical_lines(data):
            if (assignment := _assignment(line, text, lookup)) is not None:
                values.setdefault(*assignment)
    except _Broken as broken:
        rest = b"".join(_LINE.findall(data)[broken.line - 1 :])
        lost = {name.decode("ascii") for name in _ASSIGNED.findall(rest)}
        return Dotenv(values, broken.line, frozenset(lost - values.keys()))
    return Dotenv(values)


def _logical_lines(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield each line with its number; one whose quotes or last escape stay open takes in the next.

    A line of comment is left out, and a comment after a single blank is cut off.
    """
    held, start, state = "", 1, ""
    for number, raw in enumerate(_LINE.findall(data), 1):
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            raise _Broken(number) from None
        if not held:
            start = number
            if text.lstrip().startswith("#"):
                continue
        for offset, char in enumerate(text):
            if state == " " and char == "#":
                text, state = text[:offset], ""
                break
            state = _state_after(state, char)
        held += text
        if not state:
            yield start, held
            held = ""
    if state:
        raise _Broken(start)


def _state_after(state: str, char: str) -> str:
    r"""Return what is open after one more character.

    A state is ``""`` (nothing), ``" "`` (a blank, after which ``#`` opens a comment), an open quote, ``\`` or an
    open quote and ``\``. The second of two blanks counts as text, so that ``#`` after it opens no comment here.
    """
    if state.endswith("\\"):
        return state[:-1]
    if state in ("'", '"'):
        return state + "\\" if char == "\\" else "" if char == state else state
    if char in "\\'\"":
        return char
    return " " if not state and char.isspace() and char not in "\r\n" else ""


def _assignment(line: int, text: str, lookup: Callable[[str], str]) -> tuple[str, str] | None:
    """Return the key and the value of a line, ``None`` for an empty one; raise ``_Broken`` for any other."""
    text = text.rstrip()
    if not text or text.lstrip().startswith("#"):
        return None
    if (match := _ASSIGNMENT.fullmatch(text)) is None:
        raise _Broken(line)
    key, value = match.groups()
    try:
        value = "" if value.startswith("#") else _value(value, lookup)
    except ValueError:
        raise _Broken(line) from None
    if "\0" in value:
        # No environment can hold it: IronClaw ends here.
        raise _Broken(line)
    return key, value


def _value(text: str, lookup: Callable[[str], str]) -> str:
    """Return the value that a text stands for, without quotes, escapes and references; ``ValueError`` if none."""
    parts: list[str] = []
    is_quoted = False
    at = 0
    while at < len(text):
        char = text[at]
        at += 1
        if char == "$":
            if braced := _BRACED.match(text, at):
                parts.append(lookup(braced[1]))
                at = braced.end()
                continue
            if text.startswith("{", at):
                raise ValueError
            name = "".join(takewhile(str.isalnum, text[at:]))
            at += len(name)
            parts.append(lookup(name))
            # The character that ends a bare name is taken as it is, be it a quote.
            if not text.startswith("$", at):
                parts.append(text[at : at + 1])
                at += 1
        elif char == "\\":
            if (escaped := text[at : at + 1]) and escaped not in _ESCAPES:
                raise ValueError
            parts.append(_ESCAPES.get(escaped, ""))
            at += 1
        elif char == '"':
            is_quoted = not is_quoted
        elif is_quoted:
            parts.append(char)
        elif char == "'":
            end = text.index("'", at)
            parts.append(text[at:end])
            at = end + 1
        elif char in " \t":
            # Only a comment may follow a blank outside quotes.
            if text[at:].lstrip(" \t")[:1] not in ("", "#"):
                raise ValueError
            break
        else:
            parts.append(char)
    if is_quoted:
        raise ValueError
    return "".join(parts)
