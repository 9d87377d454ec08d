"""Read a PostgreSQL connection string as libpq does, and name the server without any secret.

What is shown errs on the side of silence: whatever could be a part of a password that was not percent-encoded is
taken for one.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from store.lazy_pattern import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

_SERVER = lazy_pattern(r"\s*(?:postgres(?:ql)?://|(?:host|hostaddr|port|dbname|user|service)\s*=)", re.IGNORECASE)
_SCHEME = lazy_pattern(r"\s*postgres(?:ql)?://", re.IGNORECASE)
_PAIR = lazy_pattern(r"\s*(\w+)\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s\\]|\\.)*)", re.DOTALL)
_IN_URL = lazy_pattern(r"(postgres(?:ql)?://[^\s:/@]*:)\S*@", re.IGNORECASE)
_IN_PAIR = lazy_pattern(r"(password\s*=\s*)('(?:[^'\\]|\\.)*'?|[^\s&]*)", re.IGNORECASE)
_DEFAULTS = {"host": "PGHOST", "port": "PGPORT", "dbname": "PGDATABASE", "user": "PGUSER", "service": "PGSERVICE"}
_PORT = "5432"


@dataclass(frozen=True, slots=True)
class ServerUrl:
    """A server, a database and a role, and the URL that leads there."""

    url: str = field(repr=False)
    """What opens it; may hold a password."""
    hosts: tuple[str, ...]
    """Host and port of each server to try; empty where only a service is named."""
    database: str
    user: str
    service: str = ""
    has_password: bool = False
    """Whether the URL itself holds one."""

    @property
    def shown(self) -> str:
        """Return what people call it."""
        where = ",".join(self.hosts) or f"service {self.service}"
        return f"{where}/{self.database} as {self.user}"

    @property
    def key(self) -> str:
        """Return what is remembered of it goes by: ``host:port/database+role``."""
        where = ",".join(self.hosts) or f"service={self.service}"
        return f"{where}/{self.database}+{self.user}"


def is_server(target: str) -> bool:
    """Tell whether a target names a PostgreSQL server, as a URL or in libpq's ``key=value`` form, and no file."""
    return _SERVER.match(target) is not None


def is_connection_string(text: str) -> bool:
    """Tell whether a setting that holds no path names a PostgreSQL server."""
    return is_server(text) or _PAIR.match(text) is not None


def read(text: str, environ: Mapping[str, str] = os.environ, *, sslmode: str = "") -> ServerUrl:
    """Return what a connection string says; what it leaves out is libpq's default.

    Args:
        text: A URL, or ``key=value`` pairs.
        environ: The process environment, which has libpq's defaults.
        sslmode: How to treat TLS, unless the connection string says so; empty for libpq's default.
    """
    text = text.strip()
    if _SCHEME.match(text):
        url, said = text, _of_url(text)
    else:
        said = {match[1]: _unquoted(match[2]) for match in _PAIR.finditer(text)}
        url = "postgresql:///?" + "&".join(f"{key}={quote(value, safe='')}" for key, value in said.items())
    if sslmode and "sslmode" not in said:
        url = f"{url}{'&' if '?' in url else '?'}sslmode={quote(sslmode, safe='')}"
    meant = {key: said.get(key) or environ.get(variable, "") for key, variable in _DEFAULTS.items()}
    user = meant["user"] or environ.get("USER", "") or "?"
    is_by_service = bool(meant["service"]) and not meant["host"]
    return ServerUrl(
        url=url,
        hosts=() if is_by_service else _hosts(meant["host"], meant["port"]),
        database=meant["dbname"] or ("?" if is_by_service else user),
        user=user,
        service=meant["service"],
        has_password=bool(said.get("password")),
    )


def without_secrets(text: str) -> str:
    """Return a sentence without the password of any connection string in it."""
    return _IN_PAIR.sub(r"\1***", _IN_URL.sub(r"\1***@", text))


def _of_url(url: str) -> dict[str, str]:
    rest = _SCHEME.sub("", url, count=1)
    before, _, query = rest.partition("?")
    if "@" not in before and "@" in query and not re.match(r"\w+=", query):
        # A password with an unencoded question mark.
        before, query = rest, ""
    # The last one: a password may hold others that were not encoded.
    credentials, at, place = before.rpartition("@")
    user, colon, password = credentials.partition(":")
    where, _, database = place.partition("/")
    said = {"user": user, "dbname": database, "password": password if at and colon else ""}
    hosts, ports = _split_hosts(where)
    said |= {"host": ",".join(hosts), "port": ",".join(ports) if any(ports) else ""}
    said = {key: unquote(value) for key, value in said.items()}
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return said | {unquote(key): unquote(value) for key, _, value in pairs}


def _split_hosts(where: str) -> tuple[list[str], list[str]]:
    hosts, ports = [], []
    for each in where.split(","):
        match = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::(.*))?", each)
        hosts.append((match[1] if match else each).strip("[]"))
        ports.append((match[2] or "") if match else "")
    return hosts, ports


def _hosts(host: str, port: str) -> tuple[str, ...]:
    """Return each host with its port; one port serves all, as libpq has it."""
    hosts = host.split(",")
    ports = port.split(",")
    if len(ports) < len(hosts):
        ports = [*ports, *[ports[-1]] * (len(hosts) - len(ports))]
    named = (f"[{each}]" if ":" in each else each or "localhost" for each in hosts)
    return tuple(f"{each}:{number or _PORT}" for each, number in zip(named, ports, strict=False))


def _unquoted(value: str) -> str:
    if value.startswith("'"):
        value = value[1:-1]
    return re.sub(r"\\(.)", r"\1", value, flags=re.DOTALL)
