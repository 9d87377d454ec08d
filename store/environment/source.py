"""One place where a history of IronClaw lies: what it is, whose it is, and why it was looked for there."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from store.errors import BadConfiguration, UnsupportedBackend

if TYPE_CHECKING:
    from pathlib import Path

    from store.environment.server_url import ServerUrl


class SourceKind(StrEnum):
    """What keeps a history; the value says it in words."""

    IRONCLAW0 = "IronClaw 0.x"
    IRONCLAW0_SERVER = "IronClaw 0.x on PostgreSQL"
    IRONCLAW1 = "IronClaw 1.x"
    IRONCLAW1_SERVER = "IronClaw 1.x on PostgreSQL"


@dataclass(frozen=True, slots=True)
class Source:
    """A history that can be opened, or the reason why it cannot."""

    name: str
    """What people choose it by, such as ``0.x``; the first of a kind has the plain name."""
    kind: SourceKind
    shown: str
    """What people call the place: a path as they write it, or a server; never with a secret."""
    why: str
    """What named the place, such as ``LIBSQL_PATH in ./.env``."""
    owner: str
    """The user id of the assistant's owner."""
    owner_source: str
    is_owner_explicit: bool
    """Whether someone named the owner; otherwise another one may fit the history better."""
    path: Path | None = None
    """The database file, absolute; it need not exist. ``None`` for a server."""
    server: ServerUrl | None = field(default=None, repr=False)
    is_replica: bool = False
    """Whether the file is a local copy of a remote database, which must only be read."""
    refusal: str = ""
    """Why it cannot be opened, in one sentence; empty if it can be tried."""

    @property
    def target(self) -> str | Path:
        """Return what a store is opened by.

        Raises:
            UnsupportedBackend: histories of this kind are not read.
            BadConfiguration: the settings that name the place cannot be used.
        """
        if self.refusal:
            kind = UnsupportedBackend if self.kind is SourceKind.IRONCLAW1_SERVER else BadConfiguration
            raise kind(self.refusal)
        if self.server is not None:
            return self.server.url
        assert self.path is not None, "a source is a file, a server or a refusal"
        return self.path

    @property
    def key(self) -> str:
        """Return what edits and seen marks are kept under: the path, or server, database and role."""
        return self.server.key if self.server is not None else str(self.path or "")
