"""Where commands, headers, addresses and files have their secrets: one table of data.

Each pattern is only tried on a text that has its sign, and the first group of it that matched is the secret. A
repetition is possessive or bounded, so that a text is read once.
"""

from __future__ import annotations

import re
from base64 import b64decode
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from tui.export.labelled_secrets import MASKED, is_basic
from tui.export.secret_kinds import Find, Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Context(NamedTuple):
    """A place in which a secret stands."""

    what: str
    signs: tuple[str, ...]
    """Letters of which at least one is in every such text, as they are written."""
    pattern: str
    """The secret is its first group that takes part, or all of it without groups; case counts unless it says so."""
    holds: Callable[[str], bool] | None = None
    """Tells whether what was read can be a secret."""


_ARGUMENT = r"(?:\"([^\"\n]{3,200})\"|'([^'\n]{3,200})'|(?![-<$\[{])([^\s\"'`|;&<>]{3,200}))"
_BETWEEN = r"(?:[^\n|;&`]|&(?![&\s])|(?<=\\)\n){0,120}?[ \t]"
_CRYPT = r"[./A-Za-z0-9+=,_-]"


def _is_mixed(read: str) -> bool:
    return any(map(str.isdigit, read)) and any(map(str.isalpha, read))


def _is_not_basic(read: str) -> bool:
    return not is_basic(read)


def _is_no_word(read: str) -> bool:
    return _is_mixed(read) or any(sign in read for sign in "!@#%^&*?+~")


def _is_private_key(read: str) -> bool:
    return b"PRIVATE KEY" in b64decode(read[:80])


PASSWORDS = (
    Context(
        "user and password of curl",
        ("curl",),
        rf"\bcurl\b{_BETWEEN}(?:-u|--user|--proxy-user|-U)[ =]?[\"']?[^\s\"':]{{1,100}}:(?![$<{{/])"
        rf"([^\s\"']{{3,200}})",
    ),
    Context(
        "password of MySQL's commands",
        ("mysql", "mariadb"),
        rf"\b(?:mysql|mariadb)[a-z-]{{0,10}}\b{_BETWEEN}-p(?:'([^'\n]{{2,200}})'|\"([^\"\n]{{2,200}})\"|"
        rf"([^\s\"'$][^\s\"']{{2,200}}))",
    ),
    Context(
        "password given to a login",
        ("docker ", "podman ", "az login", "helm ", "oc login", "skopeo ", "mongo"),
        rf"\b(?:(?:docker|podman|helm registry|skopeo|oc|az) login|mongo(?:sh|dump|restore|export"
        rf"|import)?)\b{_BETWEEN}-p[ =]{_ARGUMENT}",
    ),
    Context("password of sshpass", ("sshpass",), rf"\bsshpass[ \t]+-p[ ]?{_ARGUMENT}"),
    Context("password of redis-cli", ("redis-cli",), rf"\bredis-cli\b{_BETWEEN}-a[ ]{_ARGUMENT}"),
    Context("password of LDAP's commands", ("ldap",), rf"\bldap[a-z]{{3,10}}\b{_BETWEEN}-w[ ]?{_ARGUMENT}"),
    Context(
        "password of an archive",
        ("7z ", "7za ", "zip ", "rar "),
        rf"\b(?:7za?{_BETWEEN}-p|(?:un)?zip{_BETWEEN}-P[ ]?|(?:un)?rar{_BETWEEN}-h?p){_ARGUMENT}",
    ),
    Context(
        "password of htpasswd",
        ("htpasswd",),
        rf"\bhtpasswd[ \t]+-[a-zA-Z]{{0,6}}b[a-zA-Z]{{0,6}}[ \t]+\S{{1,200}}[ \t]+\S{{1,100}}[ \t]+{_ARGUMENT}",
    ),
    Context(
        "password of SMB",
        ("smbclient", "rpcclient", "smbget"),
        rf"\b(?:smbclient|rpcclient|smbget)\b{_BETWEEN}-U[ ]?[\"']?[^\s%\"']{{1,100}}%([^\s\"']{{3,200}})",
    ),
    Context("password of net use", ("net use",), r"\bnet use\b[^\n]{0,200}?/user:\S{1,100}[ \t]+([^\s/]\S{2,100})"),
    Context("pass phrase of OpenSSL", ("pass:",), r"-pass(?:in|out|word)?[ \t]{1,4}pass:([^\s\"']{3,200})"),
    Context(
        "long option of a command",
        ("--",),
        rf"--(?<![\w-]--)(?:[a-z0-9]{{1,20}}[-_])?(?:password|passwd|passphrase|pass|pwd|secret(?:-key)?"
        rf"|token|api[-_]?key|client[-_]secret|access[-_]key)[ \t]+{_ARGUMENT}",
        _is_no_word,
    ),
    Context(
        "netrc",
        ("login ", "login\n"),
        r"login(?<!\wlogin)[ \t\n]{1,20}\S{1,200}[ \t\n]{1,20}passw(?:or)?d[ \t\n]{1,20}(\S{3,200})",
    ),
    Context("pgpass", (":54",), r"(?m)^[^:\s]{1,200}:54\d\d:[^:\s]{1,100}:[^:\s]{1,100}:([^\s:]{3,200})$"),
    Context(
        "Wi-Fi as a QR code has it",
        ("WIFI:", "wifi:"),
        r"(?i:\bWIFI:)(?:(?!P:)[A-Za-z]{1,3}:(?:\\.|[^;\\\n]){0,100};){0,6}P:((?:\\.|[^;\\\n]){1,200}+)",
    ),
    Context(
        "element of XML",
        ("</",),
        r"<(?:[A-Za-z]{1,20}[:_-])?(?i:password|passwd|pwd|secret|api-?_?key)(?:\s[^<>]{0,100})?>"
        r"([^<>\n]{4,300})</",
    ),
    Context(
        "attribute of XML",
        ("value=",),
        r"(?i:(?:password|passwd|secret|api_?key)[\"']\s{1,4}value=)(?:\"([^\"\n]{4,200})\"|'"
        r"([^'\n]{4,200})')",
    ),
    Context(
        "crypt hash",
        ("$",),
        rf"\$(?<![\w$]\$)(?:1|2[abxy]?|5|6|7|y|gy|apr1|sha1|md5|scrypt|argon2(?:id?|d)|pbkdf2"
        rf"(?:-sha\d{{1,3}})?|bcrypt-sha256)\$(?:{_CRYPT}{{1,100}}\$){{0,4}}{_CRYPT}{{20,200}}+",
    ),
    Context(
        "hash of Django",
        ("pbkdf2_", "bcrypt_", "argon2$", "scrypt$"),
        rf"\b(?:pbkdf2_sha\d{{1,3}}|bcrypt(?:_sha256)?|scrypt)\$(?:\$?{_CRYPT}{{1,100}}\$){{1,4}}{_CRYPT}{{20,200}}+",
    ),
    Context(
        "hash of LDAP",
        ("SHA", "MD5}", "CRYPT}"),
        r"\{S?(?:SHA(?:256|384|512)?|MD5|CRYPT)\}[A-Za-z0-9+/$.]{16,200}+={0,2}",
    ),
    Context("hash of Windows", (":::",), r"\b[^\s:]{1,64}:\d{1,6}:([a-fA-F0-9]{32}:[a-fA-F0-9]{32}):::"),
    Context(
        "basic authentication",
        ("asic", "ASIC"),
        r"[Bb](?<!\w.)(?:asic|ASIC)\s{1,4}([A-Za-z0-9+/]{8,}+={0,2})",
        is_basic,
    ),
)
"""Passwords."""

API_KEYS = (
    Context(
        "hook of Slack",
        ("hooks.slack",),
        r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]{20,}+)",
    ),
    Context(
        "hook of Discord",
        ("/webhooks/",),
        r"discord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks/(\d{15,22}/[A-Za-z0-9_-]{20,}+)",
    ),
    Context("hook of Teams", (".webhook.office.",), r"\.webhook\.office\.com/webhookb2/([A-Za-z0-9@/-]{36,300}+)"),
    Context(
        "token of a Telegram bot",
        (":A",),
        r"(?a:(?<![A-Za-z0-9-])(?:bot)?(\d{8,10}:[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-]))",
    ),
    Context(
        "token of a Discord bot",
        ("M", "N", "O"),
        r"[MNO](?<![A-Za-z0-9_-].)[A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}+",
    ),
    Context("bearer token", ("earer", "EARER"), r"[Bb](?<!\w.)(?:earer|EARER):?\s{1,4}([A-Za-z0-9._~+/=-]{16,}+)"),
    Context(
        "authorization header",
        ("uthorization", "UTHORIZATION"),
        r"(?i:\b(?:proxy-)?authorization)[\\\"']{0,4}\s{0,3}[:=]\s{0,3}[\\\"']{0,4}(?!(?i:basic|bearer)\b)"
        r"(?:[A-Za-z][\w-]{1,20}\s{1,3})?([A-Za-z0-9._~+/=:-]{8,500})(?!\()",
        _is_mixed,
    ),
    Context(
        "signed authorization header",
        ("Signature=", "response="),
        r"(?i:\bauthorization:)[^\n]{1,500}?\b(?:Signature|response)=\"?([A-Za-z0-9+/=%]{16,500})",
    ),
    Context(
        "header with a key",
        ("-key:", "-Key:", "-KEY:", "-token:", "-Token:", "-TOKEN:", "-secret:", "-Secret:"),
        r"(?i:\b(?:x|[a-z]{2,12})(?:-[a-z]{1,20}){0,3}-(?:key|token|secret):)\s{0,3}"
        r"([A-Za-z0-9._~+/=-]{12,500})",
        _is_mixed,
    ),
    Context(
        "cookies",
        ("ookie:", "OOKIE:"),
        r"(?i:\b(?:set-)?cookie:)\s{0,3}([\w.-]{1,100}=[^\s;,\"']{8,4000}(?:;\s?(?!(?i:path|domain|expires"
        r"|max-age|secure|httponly|samesite|partitioned|priority)\b)[\w.-]{1,100}=[^\s;,\"']{0,4000}){0,50})",
    ),
    Context(
        "key of an Azure account",
        ("AccountKey=", "SharedAccessKey=", "SharedSecretValue="),
        r"\b(?:AccountKey|SharedAccessKey|SharedSecretValue)=([A-Za-z0-9+/]{20,200}+={0,2})",
    ),
    Context(
        "secret of an Azure application",
        ("Q~",),
        r"(?<![\w~.-])[A-Za-z0-9_~.]{3}\dQ~[\w~.-]{31,34}(?![\w~-])",
    ),
    Context(
        "signature of an address",
        ("sig=", "ignature="),
        r"[?&;](?:sig|X-Amz-Signature|X-Goog-Signature|Signature)=((?:[A-Za-z0-9+/=_-]"
        r"|%[0-9A-Fa-f]{2}){20,600})",
    ),
    Context(
        "token of Vercel",
        ("VERCEL", "vercel"),
        r"(?i:\bvercel[\w -]{0,20}token)[\"'\s:=]{1,6}([A-Za-z0-9]{24})(?![A-Za-z0-9])",
    ),
    Context("license key of New Relic", ("NRAL",), r"(?<![A-Za-z0-9])[a-f0-9]{32,36}(?:FFFF)?NRAL(?![A-Za-z0-9])"),
    Context("key of Mailchimp", ("-us",), r"[a-f0-9](?<![A-Za-z0-9-].)[a-f0-9]{31}-us\d{1,2}(?![A-Za-z0-9])"),
    Context(
        "token of Terraform",
        (".atlasv1.",),
        r"(?<![A-Za-z0-9])[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9=_-]{60,70}",
    ),
    Context("key of MaxMind", ("_mmk",), r"(?<![A-Za-z0-9])[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk(?![A-Za-z0-9])"),
    Context("secret Sentry address", ("sentry",), r"://([a-f0-9]{32}:[a-f0-9]{32})@[\w.-]{1,100}sentry"),
)
"""Keys and tokens."""

_NEXT = r"(?>[ \t]{0,4}(?:[,;]|\r?\n)?[ \t>]{0,4}(?:\d{1,2}[.):][ \t]{0,4}|[-*•][ \t]{1,4})?)"
_WORD = r"[a-z]{3,8}+(?![\w'’])"

PRIVATE_KEYS = (
    Context(
        "PuTTY key",
        ("PuTTY-User-Key-File-",),
        r"PuTTY-User-Key-File-\d:[^\n]*+(?:\n(?:[A-Z][A-Za-z0-9-]{2,30}+:[^\n]*+|[A-Za-z0-9+/]++={0,2}\r?"
        r"(?=\n|\Z)))*+",
    ),
    Context(
        "key in Base64 of a file",
        ("LS0tLS1CRUdJTi",),
        r"LS0tLS1CRUdJTi[A-Za-z0-9+/]{66,}+={0,2}",
        _is_private_key,
    ),
    Context(
        "private part of a JSON web key",
        ('"d"',),
        r"\"kty\"[^{}]{0,400}?\"d\"\s{0,3}:\s{0,3}\"([A-Za-z0-9_-]{40,}+)\"",
    ),
    # The words of BIP 39 have three to eight letters; the list itself is large, so the number of words decides.
    Context(
        "words of a wallet (BIP 39)",
        (
            "seed",
            "Seed",
            "SEED",
            "nemonic",
            "NEMONIC",
            "phrase:",
            "phrase is",
            "Phrase:",
            "PHRASE:",
            "words:",
            "words are",
        ),
        r"[SsRrBbWwMm](?<!\w.)(?i:(?:(?<=s)eed|ecovery|ackup|ecret|allet|nemonic)[ _-]?(?:phrase|words?"
        r"|seed)|nemonic"
        r"|(?<=s)eed)\b"
        r"[^\n:=]{0,40}?(?:[:=]|\b(?:is|are)\b|\n)[\s\"'`*>]{0,8}(?:1[.):][ \t]{0,4}|[-*•][ \t]{1,4})?"
        rf"((?:{_WORD}{_NEXT}){{11}}(?:(?:{_WORD}{_NEXT}){{3}}){{0,4}}{_WORD})(?![ \t,;]{{1,4}}{_WORD})",
    ),
)
"""Private keys."""


_BY_SIGN: dict[str, tuple[tuple[Secret, Context], ...]] = {}
for _kind, _contexts in (
    (Secret.PASSWORD, PASSWORDS),
    (Secret.API_KEY, API_KEYS),
    (Secret.PRIVATE_KEY, PRIVATE_KEYS),
):
    for _context in _contexts:
        for _sign in _context.signs:
            _BY_SIGN[_sign] = (*_BY_SIGN.get(_sign, ()), (_kind, _context))


def found(text: str) -> Iterator[Find]:
    """Yield where the secrets of all these places are."""
    # Looking for a few letters is a hundred times as fast as a pattern.
    signs = [sign for sign in _BY_SIGN if sign in text]
    for kind, context in dict.fromkeys(place for sign in signs for place in _BY_SIGN[sign]):
        for match in _compiled(context.pattern).finditer(text):
            group = match.lastindex or 0
            if text.startswith(MASKED, match.start(group)):
                continue
            if context.holds is None or context.holds(match[group]):
                yield Find(*match.span(group), kind)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
