"""Find what looks like a secret in a text: keys, tokens, passwords, addresses. Pure; linear time whatever the text.

A repetition in a pattern is bounded, or possessive and then the end of what it belongs to; where more follows, the
pattern begins only where a run of its characters does. So no text is gone over again and again, and what is found is
found to its end. What is found is a guess: a person decides.
"""

from __future__ import annotations

import re
from base64 import b64decode
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from tui.export.labelled_secrets import is_labelled, labelled

if TYPE_CHECKING:
    from collections.abc import Iterator


class Secret(StrEnum):
    """A kind of secret; the value is its name on the command line."""

    API_KEY = "api-key"
    JWT = "jwt"
    PRIVATE_KEY = "private-key"
    PASSWORD = "password"
    EMAIL = "e-mail"
    PHONE = "phone"

    @property
    def label(self) -> str:
        """Return what people call it."""
        return _LABELS[self]


_LABELS = {
    Secret.API_KEY: "API key",
    Secret.JWT: "JWT",
    Secret.PRIVATE_KEY: "private key",
    Secret.PASSWORD: "password",
    Secret.EMAIL: "e-mail",
    Secret.PHONE: "phone number",
}


class Find(NamedTuple):
    """Where something is that looks like a secret."""

    start: int
    end: int
    kind: Secret


_BEGIN = r"(?<![A-Za-z0-9-])"
_C = r"(?:[A-Za-z0-9_-]|\\[_-])"  # Markdown has a backslash before some of them
_U = r"\\?_"
_PREFIXES = (
    "sk-", "sk_", "sk\\", "rk_", "rk\\", "ghp", "gho", "ghu", "ghs", "ghr", "github", "glpat-", "AKIA", "ASIA",
    "AIza", "xox", "xapp-", "hf_", "hf\\", "npm_", "npm\\", "gsk", "xai-", "SG.", "GOCSPX-", "ya29.", "pypi-", "dckr",
    "hvs.", "whsec", "shp", "dop", "doo", "dor", "AGE-SECRET-KEY-",
)  # fmt: skip
_KEYS = re.compile(
    _BEGIN + r"(?:"
    rf"sk\\?-{_C}{{20,}}+"  # OpenAI, Anthropic, OpenRouter
    rf"|[sr]k{_U}(?:live|test){_U}[A-Za-z0-9]{{16,}}+"  # Stripe
    rf"|gh[pousr]{_U}[A-Za-z0-9]{{36,}}+|github{_U}pat{_U}{_C}{{22,}}+|glpat-{_C}{{20,}}+"
    rf"|A[KS]IA[A-Z0-9]{{16}}(?![A-Za-z0-9])|AIza{_C}{{35,}}+"  # AWS, Google
    rf"|GOCSPX-{_C}{{20,}}+|ya29\.{_C}{{20,}}+(?:\.{_C}++)*+"  # Google too
    r"|xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9%_-]{10,}+|xapp-[A-Za-z0-9-]{10,}+"  # Slack
    rf"|hf{_U}[A-Za-z0-9]{{30,}}+|npm{_U}[A-Za-z0-9]{{36,}}+|pypi-AgE{_C}{{16,}}+|dckr{_U}pat{_U}{_C}{{20,}}+"
    rf"|gsk{_U}[A-Za-z0-9]{{20,}}+|xai-{_C}{{20,}}+"  # Groq, xAI
    rf"|SG\.{_C}{{16,64}}+\.{_C}{{16,}}+|hvs\.{_C}{{20,}}+"  # SendGrid, Vault
    rf"|whsec{_U}[A-Za-z0-9+/=]{{20,}}+|shp(?:at|ca|pa|ss){_U}[A-Fa-f0-9]{{32,}}+|do[opr]{_U}v1{_U}[a-f0-9]{{40,}}+"
    r"|AGE-SECRET-KEY-1[A-Z0-9]{40,}+"
    r")"
)
_HOOKS = re.compile(
    r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]{20,}+)"
    r"|discord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks/(\d{15,22}/[A-Za-z0-9_-]{20,}+)",
    re.ASCII,
)
_TELEGRAM = re.compile(r"(?<![A-Za-z0-9-])(?:bot)?(\d{8,10}:[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])", re.ASCII)
_DISCORD = re.compile(r"(?<![A-Za-z0-9_-])[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}+")
_BEARER = re.compile(r"\bbearer:?\s{1,4}([A-Za-z0-9._~+/=-]{16,}+)", re.ASCII | re.IGNORECASE)
_BASIC = re.compile(r"\bbasic\s{1,4}([A-Za-z0-9+/]{8,}+={0,2})", re.ASCII | re.IGNORECASE)
_JWT = re.compile(r"(?<![A-Za-z0-9_-])_{0,3}(eyJ[A-Za-z0-9_-]{8,}+\.eyJ[A-Za-z0-9_-]{8,}+\.[A-Za-z0-9_-]*+)")
_PEM = r"[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
_PRIVATE = re.compile(rf"-----BEGIN {_PEM}(?:[^-]++|-(?!----))*+(?:-----END {_PEM})?")
_URL_PASSWORD = re.compile(r"://[^\s/:\"'<>]*+:(?!\[masked: )([^\s/\"'<>]+)@")
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]++(?:['&][\w.+%-]++){0,3}+@(?:[^\W_]|-)++(?:\.(?:[^\W_]|-)++)++")
_PHONE = re.compile(
    r"(?:(?<![\w.+/-])"
    r"\+\d{1,3}(?:[ .-]?\(\d{1,4}\))?(?:[ ./-]?\d{1,5}){2,6}"
    r"|(?<![\w.+:/-])(?:\(\d{3}\) ?|\d{3}[.-])\d{3}[.-]\d{4}"
    r")(?![\w-])",
    re.ASCII,
)
_LEAST_DIGITS, _MOST_DIGITS = 8, 15  # ITU-T E.164


def finds(text: str, name: str = "") -> list[Find]:
    """Return what looks like a secret, in order of its beginning, the longest first.

    Those of one kind are apart. Those of two may overlap: whether a kind is masked is for others to know.

    Args:
        text: Where to look.
        name: What JSON calls the text, if it does.
    """
    found = [*_all(text)]
    if is_labelled(name, text):
        found.append(Find(0, len(text), Secret.PASSWORD))
    last: dict[Secret, Find] = {}
    apart: list[Find] = []
    for find in sorted(found, key=_place):
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
    # Looking for a few letters is a hundred times as fast as a pattern.
    if any(prefix in text for prefix in _PREFIXES):
        yield from (Find(*match.span(), Secret.API_KEY) for match in _KEYS.finditer(text))
    if "eyJ" in text:
        yield from (Find(*match.span(1), Secret.JWT) for match in _JWT.finditer(text))
    if "PRIVATE KEY" in text:
        yield from (Find(*match.span(), Secret.PRIVATE_KEY) for match in _PRIVATE.finditer(text))
    if "@" in text:
        passwords = [match.span(1) for match in _URL_PASSWORD.finditer(text)]
        yield from (Find(*span, Secret.PASSWORD) for span in passwords)
        # What is before the @ of a URL is no mailbox.
        starts = {start for start, _ in passwords}
        yield from (
            Find(*match.span(), Secret.EMAIL) for match in _EMAIL.finditer(text) if match.start() not in starts
        )
    if any(sign in text for sign in ":=：|"):
        yield from (Find(start, end, Secret.PASSWORD) for start, end in labelled(text))
        yield from (Find(*match.span(1), Secret.API_KEY) for match in _TELEGRAM.finditer(text))
    if "." in text:
        yield from (Find(*match.span(), Secret.API_KEY) for match in _DISCORD.finditer(text))
    if "hooks" in text:
        yield from (Find(*match.span(match.lastindex or 0), Secret.API_KEY) for match in _HOOKS.finditer(text))
    if "earer" in text or "EARER" in text:
        yield from (Find(*match.span(1), Secret.API_KEY) for match in _BEARER.finditer(text))
    if "asic" in text or "ASIC" in text:
        yield from (Find(*match.span(1), Secret.PASSWORD) for match in _BASIC.finditer(text) if _is_basic(match[1]))
    for match in _PHONE.finditer(text):
        if _LEAST_DIGITS <= sum(map(str.isdigit, match[0])) <= _MOST_DIGITS:
            yield Find(*match.span(), Secret.PHONE)


def _is_basic(written: str) -> bool:
    """Tell whether this is ``user:password`` in Base64 (RFC 7617), not a word after "basic"."""
    bare = written.rstrip("=")
    try:
        return b":" in b64decode(bare + "=" * (-len(bare) % 4))
    except ValueError:
        return False
