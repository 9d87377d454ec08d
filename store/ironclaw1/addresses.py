"""Where IronClaw 1.x keeps what: the paths of its virtual filesystem, taken apart and put together. Pure.

::

    T = /tenants/<tenant>/users/<user>/threads/agents/<agent>[/projects/<p>][/owners/<o>][/missions/<m>]
    T/threads/<thread>/thread.json, messages/<id>.json, summaries/<id>.json        T/thread_index/<thread>.json

A part is anything without a slash, also ``%``, ``_`` and the names of the axes, so paths are read from the left and
compared as ranges, never by pattern.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

DEFAULT_TENANT = "reborn-cli"
"""The tenant of an installation of one's own; other tenants are named with their users."""
_AXES = ("projects", "owners", "missions")
_FIRST_AXIS = 8
"""Where the axes begin among the parts of a path: behind ``/tenants/t/users/u/threads/agents/a``."""


class PathRange(NamedTuple):
    """All paths from ``low`` up to, and without, ``high``."""

    low: str
    high: str

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and self.low <= path < self.high


def below(folder: str) -> PathRange:
    """Return the range of everything in a folder; ``0`` comes right after the slash."""
    return PathRange(f"{folder}/", f"{folder}0")


class ThreadScope(NamedTuple):
    """Whose threads lie together, and for what."""

    tenant: str
    mount: str
    """The user in whose folder they lie."""
    agent: str
    project: str | None = None
    owner: str | None = None
    mission: str | None = None

    @property
    def root(self) -> str:
        """Return the folder of the scope, ``T``."""
        return f"/tenants/{self.tenant}/users/{self.mount}{self._within}"

    @property
    def index_key(self) -> str:
        """Return what the index rows of the scope's threads name it by."""
        return f"{self.tenant}:{self._within}"

    @property
    def user_id(self) -> str:
        """Return what the owner is called: a project has lists of its own, and so has another tenant."""
        user = self.owner if self.owner is not None else self.mount
        if self.tenant != DEFAULT_TENANT:
            user = f"{self.tenant}/{user}"
        return user if self.project is None else f"{user}/projects/{self.project}"

    @property
    def _within(self) -> str:
        return _within(self)


@lru_cache(maxsize=256)
def _within(scope: ThreadScope) -> str:
    values = (scope.project, scope.owner, scope.mission)
    axes = "".join(f"/{name}/{value}" for name, value in zip(_AXES, values, strict=True) if value is not None)
    return f"/threads/agents/{scope.agent}{axes}"


class Thread(NamedTuple):
    """A thread: its id is unique in its scope alone."""

    scope: ThreadScope
    id: str

    @property
    def key(self) -> str:
        """Return its folder, which names it in the whole file."""
        return f"{self.scope.root}/threads/{self.id}"

    @property
    def index_path(self) -> str:
        """Return the file that lists show of it."""
        return f"{self.scope.root}/thread_index/{self.id}.json"

    @property
    def messages(self) -> PathRange:
        """Return where its messages lie."""
        return below(f"{self.key}/messages")

    @property
    def summaries(self) -> PathRange:
        """Return where the summaries of its past lie."""
        return below(f"{self.key}/summaries")

    @property
    def log(self) -> str:
        """Return the name of its append log among the events."""
        return f"{self.key}/message_appends"


def scope_of(path: str) -> tuple[ThreadScope, list[str]] | None:
    """Return the scope that a path lies in and what follows, ``None`` if it lies in none."""
    parts = path.split("/")
    if len(parts) <= _FIRST_AXIS or parts[0] or parts[1] != "tenants" or parts[3] != "users":
        return None
    if parts[5:7] != ["threads", "agents"]:
        return None
    axes: dict[str, str] = {}
    place = _FIRST_AXIS
    for name in _AXES:
        if len(parts) > place + 2 and parts[place] == name:
            axes[name] = parts[place + 1]
            place += 2
    project, owner, mission = map(axes.get, _AXES)
    return ThreadScope(parts[2], parts[4], parts[7], project, owner, mission), parts[place:]


def thread_of(path: str) -> tuple[Thread, list[str]] | None:
    """Return the thread that a path lies in and what follows, ``None`` if it lies in none."""
    found = scope_of(path)
    if found is None:
        return None
    scope, rest = found
    if len(rest) < 2 or rest[0] != "threads" or not rest[1]:
        return None
    return Thread(scope, rest[1]), rest[2:]


def thread_named(key: str) -> Thread | None:
    """Return the thread that a key names, ``None`` if it is no such key."""
    found = thread_of(key)
    return found[0] if found is not None and not found[1] else None
