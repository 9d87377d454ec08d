"""Find every history that IronClaw keeps on this machine, as IronClaw itself would find it.

Nothing here opens a database or a connection.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from store.environment import ironclaw0_home, ironclaw1_home, server_url
from store.environment.ironclaw_settings import IronclawSettings, read_toml, shown_path
from store.environment.source import Source, SourceKind
from store.errors import BadConfiguration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Found:
    """The histories of a machine, and the directories in which they were looked for."""

    sources: tuple[Source, ...]
    """At least one, IronClaw 0.x's first; one alone if it was chosen by ``db``."""
    base_dir: Path
    """The directory of IronClaw 0.x, absolute."""
    base_dir_source: str
    home1: Path
    """The home of IronClaw 1.x."""
    home1_source: str

    def named(self, name: str) -> Source | None:
        """Return a history by its name, ``None`` if there is none."""
        return next((each for each in self.sources if each.name == name), None)


def holds_none(_path: Path) -> bool:
    """Tell of no file that it holds threads of IronClaw 1.x."""
    return False


def locate(
    *,
    db: str | None = None,
    user: str | None = None,
    environ: Mapping[str, str] = os.environ,
    cwd: Path | None = None,
    home: Path | None = None,
    holds_threads: Callable[[Path], bool] = holds_none,
) -> Found:
    """Find the histories that IronClaw itself would open.

    A configuration file that cannot be read matters only if the answer depends on it.

    Args:
        db: A file, ``~`` being the home directory, or a PostgreSQL URL, that replaces them all.
        user: A user id that replaces the configured owner, taken as it is.
        environ: The process environment.
        cwd: The working directory; the process's own by default.
        home: The home directory; the user's own by default.
        holds_threads: Tells whether a file holds a thread of IronClaw 1.x.

    Raises:
        BadConfiguration: a file or a setting that the owner of ``db`` depends on cannot be read.
    """
    cwd = cwd.absolute() if cwd is not None else _working_directory()
    home = cwd / (home if home is not None else _home_directory(cwd))
    refusal = ""
    try:
        settings = IronclawSettings(environ, cwd, home, is_forgiving=db is not None and user is not None)
        first = ironclaw0_home.source(settings, user, environ) if db is None else None
    except BadConfiguration as error:
        if db is not None:
            raise
        refusal = str(error)
        settings, first = IronclawSettings(environ, cwd, home, is_forgiving=True), _refused(refusal, user)
    home1 = ironclaw1_home.find_home(environ, home, settings.base_dir)
    if db is not None:
        chosen = _chosen(db, user, settings, environ, home1=home1, holds_threads=holds_threads)
        sources = [chosen]
    else:
        sources = ironclaw1_home.sources(home1, user, environ, cwd=cwd, home=home, holds_threads=holds_threads)
        # A default place where nothing lies is no history beside one that is there.
        if first is not None and (not sources or first.path is None or os.path.exists(first.path)):
            sources.insert(0, first)
    return Found(
        tuple(replace(each, shown=_shown(each, home)) for each in sources),
        settings.base_dir,
        settings.base_dir_source,
        home1.path,
        home1.source,
    )


def _chosen(
    db: str,
    user: str | None,
    settings: IronclawSettings,
    environ: Mapping[str, str],
    *,
    home1: ironclaw1_home.Home,
    holds_threads: Callable[[Path], bool],
) -> Source:
    """Return the history that a person named."""
    if server_url.is_server(db):
        owner, owner_source, is_explicit = ironclaw0_home.owner_of(settings, user)
        server = server_url.read(db, environ)
        return Source(
            "--db", SourceKind.IRONCLAW0_SERVER, server.shown, "--db", owner, owner_source, is_explicit, server=server
        )
    path = settings.cwd / _typed_path(db, settings.home)
    if os.path.isfile(path) and holds_threads(path):
        config = home1.path / "config.toml"
        shown = shown_path(config, settings.cwd, settings.home)
        facts = {} if user is not None else read_toml(config, shown)
        owner1 = ironclaw1_home.owner_of(user, environ, facts, shown)
        return Source("--db", SourceKind.IRONCLAW1, str(path), "--db", *owner1, path=path)
    owner, owner_source, is_explicit = ironclaw0_home.owner_of(settings, user)
    is_replica = ironclaw0_home.is_remote(settings) and _is_same_file(
        path, ironclaw0_home.configured_file(settings)[0]
    )
    return Source(
        "--db",
        SourceKind.IRONCLAW0,
        str(path),
        "--db",
        owner,
        owner_source,
        is_explicit,
        path=path,
        is_replica=is_replica,
    )


def _refused(refusal: str, user: str | None) -> Source:
    """Return what stands for the history of IronClaw 0.x where its settings cannot be used."""
    return Source(
        ironclaw0_home.NAME,
        SourceKind.IRONCLAW0,
        shown="unknown",
        why="its settings cannot be used",
        owner=user or ironclaw0_home.DEFAULT_OWNER,
        owner_source="--user" if user else "IronClaw's default",
        is_owner_explicit=user is not None,
        refusal=refusal,
    )


def _shown(source: Source, home: Path) -> str:
    """Return the place as people write it, with ``~`` for their home."""
    path = Path(source.shown) if source.path is not None or source.kind is SourceKind.IRONCLAW1 else None
    return f"~/{path.relative_to(home)}" if path is not None and path.is_relative_to(home) else source.shown


def _typed_path(db: str, home: Path) -> Path:
    if db == "~" or db.startswith(("~/", f"~{os.sep}")):
        return home / db[2:]
    return Path(db)


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
