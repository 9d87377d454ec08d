"""Host names in other scripts, as web browsers go to them: UTS 46 without the transitional mappings, then IDNA 2008.

The package ``idna`` is loaded for such hosts only. Signs such as ``❤``, which IDNA 2008 forbids and browsers allow,
go into punycode as they are.
"""

from __future__ import annotations

import re
import unicodedata

_HOST = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)
_PREFIX = "xn--"


def ascii_host(host: str) -> str | None:
    """Return the name that is looked up for a host, ``None`` if it is no valid one."""
    if host.isascii():
        return host
    import idna

    try:
        mapped = idna.uts46_remap(host, std3_rules=False, transitional=False)
        labels = [_encoded(label) for label in re.split("[.\u3002\uff0e\uff61]", mapped)]
    except (idna.IDNAError, UnicodeError):
        return None
    name = ".".join(labels)
    return name if _HOST.fullmatch(name) else None


def unicode_host(host: str) -> str:
    """Return how a host in punycode is written; empty if it is plain ASCII, or no valid name."""
    if _PREFIX not in host:
        return ""
    import idna

    try:
        return ".".join(map(_decoded, host.split(".")))
    except (idna.IDNAError, UnicodeError):
        return ""


def _encoded(label: str) -> str:
    import idna

    if label.isascii():
        return label
    try:
        return idna.encode(label).decode("ascii")
    except idna.InvalidCodepoint:
        if not any(unicodedata.category(character) == "So" for character in label):
            raise
        return _PREFIX + label.encode("punycode").decode("ascii")


def _decoded(label: str) -> str:
    import idna

    if not label.startswith(_PREFIX):
        return label
    try:
        return idna.decode(label)
    except idna.InvalidCodepoint:
        written = label.removeprefix(_PREFIX).encode("ascii").decode("punycode")
        if _encoded(written) != label:
            raise
        return written
