"""Web addresses as they may be shown: the whole target, look-alike hosts in punycode, nothing but http and https."""

from __future__ import annotations

from urllib.parse import urlsplit

from tui.text.visible import visible


def shown_url(href: str) -> str | None:
    """Return the address to show for a link, ``None`` if it is not a plain web address.

    Other schemes, addresses with a user name in them and addresses with control characters are not links.
    """
    href = href.strip()
    if visible(href) != href or any(character.isspace() for character in href):
        return None
    try:
        parts = urlsplit(href)
        host = parts.hostname
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or parts.username is not None or parts.password is not None:
        return None
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return parts._replace(netloc=f"{host}:{port}" if port else host).geturl()
