"""Read any time IronClaw or an importer may have stored; write the one form IronClaw writes.

An instant is an ``int``: microseconds since 1970-01-01T00:00:00Z. It orders rows whatever form their text has.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from store.records import UNREADABLE

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

_STORED = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?\s*(?:([Zz])|([+-]\d\d):?(\d\d))?", re.ASCII)


def parse(stored: object) -> datetime | None:
    """Return the UTC instant that a stored value means, or ``None`` if it is no date.

    Accepts what IronClaw accepts (RFC 3339 with any offset; naive ``YYYY-MM-DD HH:MM:SS[.fraction]`` as UTC) and
    the naive form with ``T``, which IronClaw reads as 1970. Digits past the microsecond are cut off. Never raises.
    """
    if not isinstance(stored, str):
        return None
    if _is_canonical(stored):
        try:
            return datetime.fromisoformat(stored)
        except ValueError:
            pass
    match = _STORED.fullmatch(stored.strip())
    if match is None:
        return None
    day, clock, fraction, _zulu, hours, minutes = match.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}").replace(
            microsecond=int((fraction or "0")[:6].ljust(6, "0")), tzinfo=UTC
        )
        if hours is not None:
            if int(minutes) > 59 or abs(int(hours)) > 23:
                return None
            east = timedelta(hours=abs(int(hours)), minutes=int(minutes))
            moment = moment - east if hours[0] == "+" else moment + east
    except (ValueError, OverflowError):
        return None
    return moment


def _is_canonical(stored: str) -> bool:
    """Tell whether a text has the shape that IronClaw writes, which ``fromisoformat`` reads fast.

    It has 3 digits behind the second in 0.x, and 6 or 9 in 1.x.
    """
    return len(stored) in (24, 27, 30) and stored[4:11:3] == "--T" and stored[19] == "." and stored[-1] == "Z"


def format_canonical(moment: datetime) -> str:
    """Return ``YYYY-MM-DDTHH:MM:SS.mmmZ``, the text that IronClaw writes (milliseconds, cut, never rounded)."""
    return f"{moment.astimezone(UTC).isoformat(timespec='milliseconds').removesuffix('+00:00')}Z"


def instant(moment: datetime | None) -> int:
    """Return the instant of a time in microseconds; ``UNREADABLE`` for ``None``."""
    return UNREADABLE if moment is None else (moment - EPOCH) // MICROSECOND


def moment_of(instant_us: int) -> datetime | None:
    """Return the UTC time of an instant in microseconds; ``None`` for ``UNREADABLE``."""
    return None if instant_us == UNREADABLE else EPOCH + timedelta(microseconds=instant_us)


def stored_date(moment: datetime, days: int) -> str:
    """Return the UTC date some days from an aware time, as stored times begin; beyond any at the calendar's ends."""
    try:
        return (moment.astimezone(UTC) + timedelta(days=days)).isoformat()[:10]
    except OverflowError:
        return "" if days < 0 else ":"


def instant_of(stored: object) -> int:
    """Return the instant of a stored value in microseconds, ``UNREADABLE`` if it is no date.

    IronClaw's own form takes the short way, since whole conversations are read through this.
    """
    if isinstance(stored, str) and _is_canonical(stored):
        try:
            return (datetime.fromisoformat(stored) - EPOCH) // MICROSECOND
        except ValueError:
            pass
    return instant(parse(stored))
