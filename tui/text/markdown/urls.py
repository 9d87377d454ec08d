"""Web addresses: where a bare one ends, and how it may be shown.

An address ends before white space, before a bracket whose partner it does not have, and before punctuation of other
scripts; marks at its end belong to the sentence. Shown is the whole target, look-alike hosts in punycode, nothing but
http and https.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from tui.text.markdown.hosts import ascii_host
from tui.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

WEB = r"(?<![A-Za-z0-9])https?://"
"""Pattern of what a web address begins with."""
ANY_SCHEME = r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9+.-]{1,20}://"
"""Pattern of what an address of any kind begins with."""

LONGEST = 4_000
"""Characters of a bare address that are looked at."""

_CANDIDATE = r"""[^\s<>"`|\\\x00-\x20\x7f]+"""
_PARTNERS = {")": "(", "]": "[", "}": "{"}
_TAIL = ".,;:!?*~'\ufe0e\ufe0f\u200d"
_ENTITY = re.compile(r"&#?[A-Za-z0-9]{1,8};\Z")
# What may stand inside a word of some script; everything else of other scripts that is punctuation ends an address.
_INNER_MARKS = frozenset("·‐‑–・゠־׳״་")
_TOUCHY = re.compile(r"[()\[\]{}']|[^\x00-\x7f]")
_POSSESSIVE = re.compile(r"'s(?!\w)")
_DUNDER_END = re.compile(r"(?<![^\W_])__[^\W_](?:\w*[^\W_])?__\Z")


class Found(NamedTuple):
    """A bare address at ``text[start:end]``."""

    start: int
    end: int
    address: str


def bare_addresses(text: str, begins: str = WEB) -> Iterator[Found]:
    """Yield the bare addresses in a text, in order.

    Args:
        text: Any text.
        begins: Pattern of what an address begins with.
    """
    place = 0
    scheme = re.compile(begins)
    while found := scheme.search(text, place):
        length = address_length(text[found.start() : found.start() + LONGEST])
        place = max(found.end(), found.start() + length)
        if length > found.end() - found.start():
            yield Found(found.start(), place, text[found.start() : place])


def address_length(text: str) -> int:
    """Return how long the address is that a text begins with."""
    candidate = re.match(_CANDIDATE, text)
    if candidate is None:
        return 0
    address = candidate[0]
    return len(_without_tail(address[: _inner_end(address)]))


def _inner_end(address: str) -> int:
    """Return where the first character stands that cannot belong to an address for what is around it."""
    opened: list[int] = []
    for match in _TOUCHY.finditer(address):
        character, place = match[0], match.start()
        following = address[place + 1 : place + 2]
        if character in "([{":
            opened.append(place)
        elif character in ")]}":
            if not opened or address[opened[-1]] != _PARTNERS[character]:
                return opened[0] if opened else place
            opened.pop()
        elif character == "'":
            if not _is_word(following) or _POSSESSIVE.match(address, place):
                return opened[0] if opened else place
        elif unicodedata.category(character)[0] == "P" and not (character in _INNER_MARKS and _is_word(following)):
            return opened[0] if opened else place
    return opened[0] if opened else len(address)


def _without_tail(address: str) -> str:
    """Return an address without the marks of the sentence at its end."""
    while address:
        last = address[-1]
        if last == ";" and (entity := _ENTITY.search(address)):
            address = address[: entity.start()]
        elif _is_tail(last) or (last == "_" and not _DUNDER_END.search(address)):
            address = address[:-1]
        else:
            break
    return address


def _is_tail(character: str) -> bool:
    """Tell whether a character at the end of an address belongs to the sentence: a mark, a symbol, an emoji."""
    return character in _TAIL or (character > "\x7f" and unicodedata.category(character)[0] == "S")


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def normalized(address: str) -> str:
    """Return the target of a Markdown link as an address: what it is, but for its spaces."""
    return address.replace(" ", "%20")


def shown_url(href: str) -> str | None:
    """Return the address to show for a link, ``None`` if it is not a plain web address.

    Other schemes, addresses with a user name in them and addresses with control characters, backslashes (which
    browsers take for slashes) or spaces are not links.
    """
    if visible(href) != href or "\\" in href or any(character.isspace() for character in href):
        return None
    try:
        parts = urlsplit(href)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    if host.isascii():
        return href
    name = ascii_host(host)
    if name is None:
        return None
    return parts._replace(netloc=f"{name}:{port}" if port else name).geturl()


_QUOTING = frozenset("\"$'`();<>\\^{|}")
_COMMANDING = _QUOTING | frozenset("!&*?[]~")


def shell_proof(url: str, *, is_in_command: bool) -> str:
    """Return an address for a program to open, with what a shell could read percent-encoded.

    Args:
        url: An address that ``shown_url`` returned.
        is_in_command: Whether it becomes a part of a command line, where ``&``, ``*`` and ``?`` have a meaning too.
    """
    signs = _COMMANDING if is_in_command else _QUOTING
    return "".join(f"%{ord(each):02X}" if each in signs else each for each in url)


# Letters of other alphabets that look like Latin ones in most fonts.
_LOOKS = str.maketrans(
    "абвгдеѕіјкӏмнорԛстухԝѵһԁɡαεικνορτυχω",
    "a6brdesijklmhopqctyxwvhdgaeikvoptuxw",
)


def looks_like(host: str) -> str:
    """Return the name in plain letters that a host in others is easily taken for; empty if there is none."""
    looks = host.lower().translate(_LOOKS)
    return looks if looks.isascii() and not host.isascii() else ""
