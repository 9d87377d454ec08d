"""Where IronClaw 1.x keeps its history, by its home, its profile, and the layout that moves files into ``state/``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from store.environment.ironclaw_settings import read_toml, shown_path, text_in
from store.environment.source import Source, SourceKind
from store.errors import BadConfiguration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DATABASE_NAME = "reborn-local-dev.db"
DEFAULT_OWNER = "reborn-cli"
"""The user id under which 1.x stores what its owner says unless told otherwise."""
NAME = "1.x"

_HOME = "IRONCLAW_REBORN_HOME"
_PROFILE = "IRONCLAW_REBORN_PROFILE"
_OWNER = "IRONCLAW_REBORN_WEBUI_USER_ID"
_URL = "IRONCLAW_REBORN_POSTGRES_URL"
_SANDBOXED = "hosted-single-tenant-volume-sandboxed"
_FOLDERS = ("local-dev", "hosted-single-tenant", "hosted-single-tenant-volume", _SANDBOXED)
"""Where the file lies below the home, as long as it was not moved into ``state/``."""
_FOLDER_OF = {name: name for name in _FOLDERS} | {
    "local-dev-yolo": "local-dev",
    "production": "local-dev",
    "migration-dry-run": "local-dev",
    "hosted-single-tenant-volume-railway": _SANDBOXED,
}
_ON_SERVER = frozenset({"hosted-single-tenant", "production"})
"""Profiles that keep their history in PostgreSQL if a server is named."""


class Home(NamedTuple):
    """The directory of IronClaw 1.x."""

    path: Path
    source: str
    """What named it."""
    refusal: str = ""
    """Why 1.x itself would not take it, in one sentence; empty if it would."""


class Owner(NamedTuple):
    """Whose conversations are shown."""

    name: str
    source: str
    is_explicit: bool


def find_home(environ: Mapping[str, str], home: Path, base_dir: Path) -> Home:
    """Return the home of IronClaw 1.x, whether it is there or not.

    Args:
        environ: The process environment.
        home: The home directory of the user.
        base_dir: The directory of IronClaw 0.x, which 1.x refuses.
    """
    if not (named := environ.get(_HOME, "")):
        return Home(home / ".ironclaw" / "reborn", "IronClaw's default")
    path, source = Path(named), f"{_HOME} in the environment"
    if not path.is_absolute() or ".." in path.parts or path in (Path("/"), base_dir):
        return Home(path, source, f"{source} is no home that IronClaw 1.x takes; name an absolute path of its own.")
    return Home(path, source)


def sources(
    found: Home,
    user: str | None,
    environ: Mapping[str, str],
    *,
    cwd: Path,
    home: Path,
    holds_threads: Callable[[Path], bool],
) -> list[Source]:
    """Return the histories of IronClaw 1.x, the file written last first.

    Args:
        found: The home of 1.x.
        user: A user id that replaces the configured owner.
        environ: The process environment.
        cwd: The working directory.
        home: The home directory of the user.
        holds_threads: Tells whether a file holds a thread of 1.x; one that does not is no history.
    """
    shown = shown_path(found.path / "config.toml", cwd, home)
    try:
        if found.refusal:
            raise BadConfiguration(found.refusal)
        config = read_toml(found.path / "config.toml", shown)
        owner = owner_of(user, environ, config, shown)
        profile, profile_source = _profile(environ, config, shown)
        server = _server(environ, config, profile, profile_source, shown)
    except BadConfiguration as error:
        is_there = bool(found.refusal) or os.path.isdir(found.path)
        return [_refused(SourceKind.IRONCLAW1, str(error), str(found.path), found.source, user)] if is_there else []
    if server:
        refusal = (
            f"IronClaw 1.x keeps its history in PostgreSQL ({server}), which clawback does not read yet;"
            " name a database file with --db."
        )
        return [_refused(SourceKind.IRONCLAW1_SERVER, refusal, "a PostgreSQL server", server, user)]
    return [
        Source(
            NAME if not number else f"{NAME}-{number + 1}",
            SourceKind.IRONCLAW1,
            shown=str(path),
            why=why,
            owner=owner.name,
            owner_source=owner.source,
            is_owner_explicit=owner.is_explicit,
            path=path,
        )
        for number, (path, why) in enumerate(_files(found, profile, profile_source, holds_threads))
    ]


def owner_of(user: str | None, environ: Mapping[str, str], config: Mapping[str, Any], shown: str) -> Owner:
    """Return the owner.

    Args:
        user: A user id that replaces the configured one.
        environ: The process environment.
        config: What ``config.toml`` holds.
        shown: What to call that file in a sentence.

    Raises:
        BadConfiguration: the file names no text.
    """
    if user is not None:
        return Owner(user, "--user", True)
    if named := environ.get(_OWNER, "").strip():
        return Owner(named, f"{_OWNER} in the environment", True)
    if named := text_in(config, "identity.default_owner", shown):
        return Owner(named, f"identity.default_owner in {shown}", True)
    return Owner(DEFAULT_OWNER, "IronClaw's default", False)


def written(path: Path) -> float:
    """Return when a database was written last, its ``-wal`` included, as a time stamp; 0 if it is not there."""
    found = 0.0
    for each in (path, Path(f"{path}-wal")):
        try:
            found = max(found, os.stat(each).st_mtime)
        except OSError:
            continue
    return found


def _profile(environ: Mapping[str, str], config: Mapping[str, Any], shown: str) -> tuple[str, str]:
    if named := environ.get(_PROFILE, "").strip():
        return named, f"{_PROFILE} in the environment"
    if named := text_in(config, "boot.profile", shown):
        return named, f"boot.profile in {shown}"
    return "local-dev", "IronClaw's default profile"


def _server(
    environ: Mapping[str, str], config: Mapping[str, Any], profile: str, profile_source: str, shown: str
) -> str:
    """Return what says that the history is on a server; empty if it is in a file."""
    if text_in(config, "storage.backend", shown).lower() in ("postgres", "postgresql"):
        return f"storage.backend in {shown}"
    variable = text_in(config, "storage.url_env", shown) or _URL
    return f"{profile_source}, {variable}" if profile in _ON_SERVER and environ.get(variable) else ""


def _files(
    found: Home, profile: str, profile_source: str, holds_threads: Callable[[Path], bool]
) -> list[tuple[Path, str]]:
    """Return the files that hold threads, the one written last first, each with why it was found."""
    candidates = _candidates(found, profile, profile_source)
    # Of one file under two names, the first counts.
    files = {os.path.realpath(path): (path, why) for path, why in reversed(candidates)}
    there = [each for each in reversed(files.values()) if os.path.isfile(each[0]) and holds_threads(each[0])]
    if len(there) < 2:
        return there
    there.sort(key=lambda each: -written(each[0]))
    ages = ["written last", *["older"] * (len(there) - 1)]
    return [(path, f"{why}; {age} of {len(there)}") for (path, why), age in zip(there, ages, strict=True)]


def _candidates(found: Home, profile: str, profile_source: str) -> list[tuple[Path, str]]:
    """Return where a file may lie, in the order in which 1.x looks, each with why."""
    own = _FOLDER_OF.get(profile, "local-dev")
    by_layout = "state/, by layout.toml" if os.path.exists(found.path / "layout.toml") else "state/"
    folders = {"state": by_layout, own: profile_source}
    folders |= {name: f"the profile {name}" for name in _FOLDERS if name not in folders}
    return [(found.path / name / DATABASE_NAME, why) for name, why in folders.items()] + [
        (found.path / DATABASE_NAME, "the home itself")
    ]


def _refused(kind: SourceKind, refusal: str, shown: str, why: str, user: str | None) -> Source:
    return Source(
        NAME,
        kind,
        shown=shown,
        why=why,
        owner=user or DEFAULT_OWNER,
        owner_source="--user" if user else "IronClaw's default",
        is_owner_explicit=user is not None,
        refusal=refusal,
    )
