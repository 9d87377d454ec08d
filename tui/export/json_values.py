"""Stored values as JSON and back, without losing a bit of what SQLite keeps.

Text, NULL, finite numbers and integers that every JSON reader keeps are what they are. The rest is an object of one
member::

    {"base64": "/w=="}              bytes (BLOB)
    {"text_base64": "Y2Fmww=="}     what is stored as text and is no UTF-8
    {"integer": "9007199254740993"} beyond 2^53, where JavaScript and jq would round
    {"float": "inf"}                no number of JSON
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from json.encoder import encode_basestring_ascii as _quoted
from typing import TYPE_CHECKING, Any

from store.contract.stored_rows import RawText

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.contract.stored_rows import Value

_EXACT = 2**53
_SQLITE = 2**63


class BadValue(ValueError):
    """What was read stands for no stored value."""


def to_json(value: Value) -> Any:
    """Return what to write for a stored value."""
    match value:
        case RawText():
            return {"text_base64": base64.b64encode(value).decode()}
        case bytes():
            return {"base64": base64.b64encode(value).decode()}
        case int() if not -_EXACT <= value <= _EXACT:
            return {"integer": str(value)}
        case float() if not math.isfinite(value):
            return {"float": str(value)}
    return value


def from_json(written: object) -> Value:
    """Return the stored value that was written.

    Raises:
        BadValue: it stands for none.
    """
    if isinstance(written, dict):
        return _special(written)
    match written:
        case None:
            return None
        case str():
            return _text(written)
        case int() if not isinstance(written, bool) and -_SQLITE <= written < _SQLITE:
            return written
        case float() if math.isfinite(written):
            return written
    raise BadValue


def row_to_json(row: int | str | None, values: Mapping[str, Value]) -> str:
    """Return a row as an object of its columns, its number first if it has one; plain ASCII, on one line."""
    if isinstance(row, int):
        values = {"rowid": row, **values}
    # Most values are texts, which need no more than quotes.
    members = [
        f"{_quoted(name)}: {_quoted(value) if type(value) is str else _written(value)}"
        for name, value in values.items()
    ]
    return f"{{{', '.join(members)}}}"


def _written(value: Value) -> str:
    """Return a stored value as JSON."""
    written = to_json(value)
    return str(written) if type(written) is int else json.dumps(written)


def row_from_json(written: object) -> tuple[int | None, dict[str, Value]]:
    """Return the row number, if there is one, and the values.

    Raises:
        BadValue: it is no row.
    """
    if not isinstance(written, dict):
        raise BadValue
    values = {name: value if type(value) is str else from_json(value) for name, value in written.items()}
    # All texts at once, since most have nothing to be found.
    _text("".join([*values, *(value for value in values.values() if type(value) is str)]))
    rowid = values.pop("rowid", None)
    if not values or not (rowid is None or isinstance(rowid, int)):
        raise BadValue
    return rowid, values


def _text(written: str) -> str:
    try:
        written.encode()
    except UnicodeEncodeError:
        raise BadValue from None
    return written


def _special(written: dict[str, Any]) -> Value:
    if len(written) != 1:
        raise BadValue
    ((kind, text),) = written.items()
    if not isinstance(text, str):
        raise BadValue
    try:
        match kind:
            case "base64":
                return base64.b64decode(text, validate=True)
            case "text_base64":
                return RawText(base64.b64decode(text, validate=True))
            case "integer":
                number = int(text)
                if -_SQLITE <= number < _SQLITE:
                    return number
            case "float" if text in ("inf", "-inf"):
                return float(text)
    except (ValueError, binascii.Error):
        pass
    raise BadValue
