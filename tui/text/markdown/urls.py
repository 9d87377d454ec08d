"""Web addresses as they may be shown: the whole target, look-alike hosts in punycode, nothing but http and https."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from tui.text.visible import visible

_HOST = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)


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
        if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
            return None
        if host.isascii():
            return href
        ascii_host = host.encode("idna").decode("ascii")
        if not _HOST.fullmatch(ascii_host):
            return None
    except ValueError:
        return None
    return parts._replace(netloc=f"{ascii_host}:{port}" if port else ascii_host).geturl()


# Letters of other alphabets that look like Latin ones in most fonts.
_LOOKS = str.maketrans(
    "абвгдеѕіјкӏмнорԛстухԝѵһԁɡαεικνορτυχω",
    "a6brdesijklmhopqctyxwvhdgaeikvoptuxw",
)


def looks_like(host: str) -> str:
    """Return the name in plain letters that a host in others is easily taken for; empty if there is none."""
    looks = host.lower().translate(_LOOKS)
    return looks if looks.isascii() and not host.isascii() else ""
