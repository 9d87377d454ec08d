"""Find the database and the owner that IronClaw itself would use.

The rules are those of IronClaw 0.24. A setting counts in the process environment, then in the ``.env`` of the working
directory or its nearest parent that has one, then in ``.env`` of the base directory; the first place that names it
wins, and an empty value there means that it is not set. Nothing is expanded but what the ``.env`` syntax expands.

Nothing here opens a database, and no message carries the value of a setting: it may be a password.
"""

from __future__ import annotations

import os
import re
import stat
from collections import ChainMap
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.errors import BadConfiguration, UnsupportedBackend

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DEFAULT_OWNER = "default"
"""The user id under which IronClaw stores its owner's conversations unless told otherwise."""

DATABASE_NAME = "ironclaw.db"

_POSTGRES = frozenset({"postgres", "postgresql", "pg"})
_LIBSQL = frozenset({"libsql", "turso", "sqlite"})
_POSTGRES_URL = re.compile(r"\s*(?:postgres(?:ql)?://|\w+\s*=)", re.IGNORECASE)
_TOML_LINE = re.compile(r"at line (\d+)")
_WAY_OUT = "or name the database with --db and the owner with --user"


@dataclass(frozen=True, slots=True)
class Location:
    """Which database to open and for whom, each with where that was said."""

    path: Path
    """The database file, absolute; it need not exist."""
    source: str
    """What named the file, such as ``LIBSQL_PATH in ./.env``."""
    owner: str
    """The user id of the assistant's owner."""
    owner_source: str
    is_owner_explicit: bool
    """Whether someone named the owner; otherwise another one may fit the file better."""
    base_dir: Path
    """IronClaw's directory, absolute."""
    base_dir_source: str
    is_replica: bool
    """Whether the file is a local copy of a remote database, which must only be read."""


def locate(
    *,
    db: str | None = None,
    user: str | None = None,
    environ: Mapping[str, str] = os.environ,
    cwd: Path | None = None,
    home: Path | None = None,
) -> Location:
    """Find the database and the owner that IronClaw itself would use.

    A configuration file that cannot be read matters only if the answer depends on it.

    Args:
        db: A file that replaces the configured one; ``~`` means the home directory.
        user: A user id that replaces the configured owner, taken as it is.
        environ: The process environment.
        cwd: The working directory; the process's own by default.
        home: The home directory; the user's own by default.

    Raises:
        UnsupportedBackend: IronClaw keeps its conversations in PostgreSQL, or ``db`` is a PostgreSQL URL.
        BadConfiguration: A file or a setting that the answer depends on cannot be read.
    """
    cwd = cwd.absolute() if cwd is not None else _working_directory()
    home = cwd / (home if home is not None else _home_directory(cwd))
    settings = _Settings(environ, cwd, home, is_forgiving=db is not None and user is not None)
    is_remote = settings.find("LIBSQL_URL") is not None
    if db is None:
        path, source = settings.database()
        settings.refuse_postgres(path)
        is_replica = is_remote
    else:
        path, source = cwd / _chosen_file(db, home), "--db"
        is_replica = is_remote and _is_same_file(path, settings.database()[0])
    owner, owner_source, is_owner_explicit = (user, "--user", True) if user is not None else settings.owner()
    return Location(
        path=path,
        source=source,
        owner=owner,
        owner_source=owner_source,
        is_owner_explicit=is_owner_explicit,
        base_dir=settings.base_dir,
        base_dir_source=settings.base_dir_source,
        is_replica=is_replica,
    )


@dataclass(frozen=True, slots=True)
class _Setting:
    """The value of a setting and where it was made."""

    value: str = field(repr=False)
    source: str


@dataclass(frozen=True, slots=True)
class _Layer:
    """One place where settings are made."""

    where: str
    values: Mapping[str, str] = field(repr=False)
    broken_line: int | None = None
    lost: frozenset[str] = frozenset()
    failure: str = ""
    """Why the file could not be read at all; empty if it could."""

    def demand(self, name: str) -> None:
        """Raise ``BadConfiguration`` if this place may set a name that cannot be read."""
        if self.failure:
            raise BadConfiguration(
                f"{self.where}, which may hold settings of IronClaw, cannot be read ({self.failure}); "
                f"make it readable, {_WAY_OUT}."
            )
        if name in self.lost:
            raise BadConfiguration(
                f"{self.where} sets {name}, but IronClaw stops reading it at line {self.broken_line}, "
                f"which is not KEY=value; mend that line, {_WAY_OUT}."
            )


class _Settings:
    """IronClaw's settings: three layers and ``config.toml``, read when first needed."""

    def __init__(self, environ: Mapping[str, str], cwd: Path, home: Path, *, is_forgiving: bool) -> None:
        self._cwd = cwd
        self._home = home
        self._is_forgiving = is_forgiving
        self._layers = [_Layer("the environment", environ)]
        self._add_dotenv(directory / ".env" for directory in (cwd, *cwd.parents))
        # The base directory is settled before the .env in it is read, which therefore cannot move it.
        base = self.find("IRONCLAW_BASE_DIR")
        self.base_dir = cwd / base.value if base else home / ".ironclaw"
        self.base_dir_source = base.source if base else "IronClaw's default"
        self._add_dotenv([self.base_dir / ".env"])

    def find(self, name: str) -> _Setting | None:
        """Return a setting from the first layer that makes it; ``None`` if it is unset or empty."""
        for layer in self._layers:
            if name in layer.values:
                value = layer.values[name]
                return _Setting(value, f"{name} in {layer.where}") if value else None
            if not self._is_forgiving:
                layer.demand(name)
        return None

    def database(self) -> tuple[Path, str]:
        """Return the configured file and what named it."""
        if named := self.find("LIBSQL_PATH"):
            return self._cwd / named.value, named.source
        return self.base_dir / DATABASE_NAME, "IronClaw's default"

    def owner(self) -> tuple[str, str, bool]:
        """Return the configured owner, what named it, and whether anything did."""
        name, source = "", ""
        if setting := self.find("IRONCLAW_OWNER_ID"):
            name, source = setting.value.strip(), setting.source
        elif isinstance(configured := self._config.get("owner_id"), str):
            name, source = configured.strip(), f"owner_id in {self._shown(self._config_path)}"
        return (name, source, True) if name else (DEFAULT_OWNER, "IronClaw's default", False)

    def refuse_postgres(self, path: Path) -> None:
        """Raise ``UnsupportedBackend`` if the conversations are in PostgreSQL rather than in a file.

        They are if DATABASE_BACKEND says so. Where it is silent, a file that is there speaks for libSQL; failing
        that, a DATABASE_URL or ``config.toml`` speaks for PostgreSQL. A machine that names neither is taken for
        libSQL, which onboarding chooses by itself.
        """
        if backend := self.find("DATABASE_BACKEND"):
            kind = backend.value.lower()
            if kind in _POSTGRES:
                raise _unsupported(backend.source)
            if kind not in _LIBSQL:
                raise BadConfiguration(
                    f"{backend.source} names no database that IronClaw knows; correct it, "
                    "or point --db at a libSQL file."
                )
            return
        # IronClaw looks for the default file below the home directory even if the base directory is elsewhere.
        # os.path.exists, unlike Path.exists, says no where we may not look.
        if os.path.exists(path) or os.path.exists(self._home / ".ironclaw" / DATABASE_NAME):
            return
        if (url := self.find("DATABASE_URL")) and _POSTGRES_URL.match(url.value):
            raise _unsupported(url.source)
        if str(self._config.get("database_backend", "")).lower() in _POSTGRES:
            raise _unsupported(f"database_backend in {self._shown(self._config_path)}")

    @property
    def _config_path(self) -> Path:
        return self.base_dir / "config.toml"

    @cached_property
    def _config(self) -> dict[str, Any]:
        """Return the content of ``config.toml``, empty if there is none; raise ``BadConfiguration``."""
        shown = self._shown(self._config_path)
        way_out = f"so what it sets is unknown; mend it, {_WAY_OUT}."
        try:
            content = _content(self._config_path)
        except OSError as error:
            raise BadConfiguration(f"{shown} cannot be read ({error.strerror}), {way_out}") from None
        if content is None:
            return {}
        import tomllib

        try:
            config = tomllib.loads(content.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise BadConfiguration(f"{shown} is not UTF-8 at line {line}, {way_out}") from None
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            place = f"at line {found[1]}" if (found := _TOML_LINE.search(str(error))) else "at its end"
            raise BadConfiguration(f"{shown} is not valid TOML {place}, {way_out}") from None
        for key in ("owner_id", "database_backend"):
            if not isinstance(config.get(key, ""), str):
                raise BadConfiguration(f"{key} in {shown} is not a text, {way_out}")
        return config

    def _add_dotenv(self, candidates: Iterator[Path] | list[Path]) -> None:
        """Add the first of some ``.env`` files that is there as the last layer."""
        known = ChainMap(*(dict(layer.values) for layer in self._layers))
        for path in candidates:
            try:
                content = _content(path)
            except OSError as error:
                self._layers.append(_Layer(self._shown(path), {}, failure=error.strerror or "unknown error"))
                return
            if content is not None:
                from store.environment import dotenv

                read = dotenv.parse(content, known)
                self._layers.append(_Layer(self._shown(path), read.values, read.broken_line, read.lost))
                return

    def _shown(self, path: Path) -> str:
        """Return a path as a person would write it."""
        if path.parent == self._cwd:
            return f"./{path.name}"
        return f"~/{path.relative_to(self._home)}" if path.is_relative_to(self._home) else str(path)


def _content(path: Path) -> bytes | None:
    """Return the content of a regular file, ``None`` if there is none; raise ``OSError`` if it cannot be read."""
    try:
        # Only a regular file is opened: a FIFO would wait for its writer.
        return path.read_bytes() if stat.S_ISREG(path.stat().st_mode) else None
    except (FileNotFoundError, NotADirectoryError):
        return None


def _chosen_file(db: str, home: Path) -> Path:
    """Return the path that a person gave; raise ``UnsupportedBackend`` for a PostgreSQL URL."""
    if re.match(r"postgres(?:ql)?://", db, re.IGNORECASE):
        raise UnsupportedBackend("--db names a PostgreSQL database, which clawback cannot open; give a libSQL file.")
    if db == "~" or db.startswith(("~/", f"~{os.sep}")):
        return home / db[2:]
    return Path(db)


def _unsupported(source: str) -> UnsupportedBackend:
    return UnsupportedBackend(
        f"IronClaw keeps its conversations in PostgreSQL here ({source}), which clawback cannot open; "
        "point --db at a libSQL file."
    )


def _is_same_file(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _working_directory() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        # The directory was removed under us; the root is the only parent sure to be left.
        return Path("/")


def _home_directory(cwd: Path) -> Path:
    try:
        return Path.home()
    except RuntimeError:
        return cwd
