"""Where IronClaw 0.x keeps its history, and whose it is, by the rules of 0.24 to 0.29.

The running program takes the backend from its environment and the ``.env`` files alone; what ``config.toml`` says of
it steers the set-up only.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from store.environment import server_url
from store.environment.ironclaw_settings import text_in
from store.environment.source import Source, SourceKind
from store.errors import BadConfiguration

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from store.environment.ironclaw_settings import IronclawSettings, Setting

DEFAULT_OWNER = "default"
"""The user id under which IronClaw stores its owner's conversations unless told otherwise."""
DATABASE_NAME = "ironclaw.db"
NAME = "0.x"

_POSTGRES = frozenset({"postgres", "postgresql", "pg"})
_LIBSQL = frozenset({"libsql", "turso", "sqlite"})


def source(settings: IronclawSettings, user: str | None, environ: Mapping[str, str]) -> Source:
    """Return the history that IronClaw 0.x itself would open.

    Args:
        settings: What it is told.
        user: A user id that replaces the configured owner.
        environ: The process environment, which has libpq's defaults.

    Raises:
        BadConfiguration: a setting that the answer depends on cannot be read or used.
    """
    owner, owner_source, is_owner_explicit = owner_of(settings, user)
    if url := _server(settings):
        server = server_url.read(url.value, environ, sslmode=_sslmode(settings))
        return Source(
            NAME,
            SourceKind.IRONCLAW0_SERVER,
            shown=server.shown,
            why=url.source,
            owner=owner,
            owner_source=owner_source,
            is_owner_explicit=is_owner_explicit,
            server=server,
        )
    path, why = configured_file(settings)
    return Source(
        NAME,
        SourceKind.IRONCLAW0,
        shown=str(path),
        why=why,
        owner=owner,
        owner_source=owner_source,
        is_owner_explicit=is_owner_explicit,
        path=path,
        is_replica=is_remote(settings),
    )


def owner_of(settings: IronclawSettings, user: str | None) -> tuple[str, str, bool]:
    """Return the owner, what named it, and whether anything did."""
    if user is not None:
        return user, "--user", True
    name, why = "", ""
    if setting := settings.find("IRONCLAW_OWNER_ID"):
        name, why = setting.value.strip(), setting.source
    else:
        shown = settings.shown(settings.config_path)
        name, why = text_in(settings.config, "owner_id", shown), f"owner_id in {shown}"
    return (name, why, True) if name else (DEFAULT_OWNER, "IronClaw's default", False)


def configured_file(settings: IronclawSettings) -> tuple[Path, str]:
    """Return the file that holds the history unless a server does, and what named it."""
    if named := settings.find("LIBSQL_PATH"):
        return settings.cwd / named.value, named.source
    return settings.base_dir / DATABASE_NAME, "IronClaw's default"


def is_remote(settings: IronclawSettings) -> bool:
    """Tell whether the configured file is a local copy of a remote database."""
    return settings.find("LIBSQL_URL") is not None


def _server(settings: IronclawSettings) -> Setting | None:
    """Return the setting that names the server that holds the history, ``None`` if a file does.

    PostgreSQL is the default where DATABASE_BACKEND is silent, unless it is unset and the default file lies below the
    home directory, wherever the base directory is. A machine that names no server either is taken for libSQL, which
    onboarding chooses by itself; so is one whose DATABASE_URL is another program's.

    Raises:
        BadConfiguration: the backend is none, or PostgreSQL without a place.
    """
    backend = settings.find("DATABASE_BACKEND")
    kind = backend.value.lower() if backend else ""
    if backend and kind not in _POSTGRES | _LIBSQL:
        raise BadConfiguration(
            f"{backend.source} names no database that IronClaw knows; correct it, or name the database with --db."
        )
    if kind in _LIBSQL:
        return None
    # os.path.exists, unlike Path.exists, says no where we may not look.
    is_default_there = os.path.exists(settings.home / ".ironclaw" / DATABASE_NAME)
    if not settings.is_named("DATABASE_BACKEND") and is_default_there:
        return None
    url = settings.find("DATABASE_URL")
    if url is not None and server_url.is_connection_string(url.value):
        return url
    if backend:
        raise BadConfiguration(
            f"{backend.source} names PostgreSQL, but no DATABASE_URL says which server; set it, "
            "or name the database with --db."
        )
    return None


def _sslmode(settings: IronclawSettings) -> str:
    """Return libpq's word for how IronClaw treats TLS; empty where libpq's own default does the same."""
    mode = settings.find("DATABASE_SSLMODE")
    return "disable" if mode is not None and mode.value.lower() == "disable" else ""
