"""JSON as text to be read and edited: indented, on one line, and with everything dangerous spelled as escapes.

Pure, and true to the source: only white space between tokens and the spelling of characters change, so that what is
shown parses back to what is stored and a number keeps every digit. Expects JSON; anything else comes out harmless.
"""

from __future__ import annotations

import re
import unicodedata

from tui.text.visible import visible

_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_TOKEN = re.compile(rf'{_STRING}|[{{}}\[\]:,]|[^\s{{}}\[\]:,"]+|"', re.DOTALL)
_INDENT = "  "


def escaped(text: str) -> str:
    """Return JSON with every character that could harm or hide written as an escape; the same value when parsed.

    Line breaks and spaces between tokens stay. The result is a fixed point of ``visible``.
    """
    if visible(text) == text:
        return text
    text = text.replace("\r\n", "\n").replace("\t", _INDENT)
    shown = "".join(one if one == "\n" or visible(one) == one else _escape(one) for one in text)
    if visible(shown) != shown:
        # Harmless one by one, not together: piled accents, joiners between letters.
        shown = "".join(_escape(one) if _is_weightless(one) else one for one in shown)
    return shown if visible(shown) == shown else "".join(one if one.isascii() else _escape(one) for one in shown)


def pretty(text: str) -> str:
    """Return JSON with one member a line, indented by two spaces."""
    parts: list[str] = []
    depth, last = 0, ""
    for token in _TOKEN.findall(text):
        if token in "}]":
            depth -= 1
            if last not in ("{", "["):
                parts.append(f"\n{_INDENT * depth}")
        elif last in ("{", "["):
            parts.append(f"\n{_INDENT * depth}")
        if token in "{[":
            depth += 1
        parts.append(token)
        if token == ",":
            parts.append(f"\n{_INDENT * depth}")
        elif token == ":":
            parts.append(" ")
        last = token
    return "".join(parts)


def compact(text: str) -> str:
    """Return JSON without white space between its tokens, as IronClaw stores it."""
    return "".join(_TOKEN.findall(text))


def _is_weightless(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf", "Sk")


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x10000:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
