"""What IronClaw 0.x is told: the process environment, the ``.env`` files, ``bootstrap.json`` and ``config.toml``.

A setting counts in the process environment, then in the ``.env`` of the working directory or its nearest parent that
has one, then in ``.env`` of the base directory, or in the ``bootstrap.json`` that IronClaw makes one of; the first
place that names it wins, and an empty value there means that it is not set. Nothing is expanded but what the ``.env``
syntax expands. No message carries the value of a setting: it may be a password.
"""

from __future__ import annotations

import json
import re
import stat
from collections import ChainMap
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from store.errors import BadConfiguration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_TOML_LINE = re.compile(r"at line (\d+)")
WAY_OUT = "or name the database with --db and the owner with --user"


@dataclass(frozen=True, slots=True)
class Setting:
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
                f"make it readable, {WAY_OUT}."
            )
        if name in self.lost:
            raise BadConfiguration(
                f"{self.where} sets {name}, but IronClaw stops reading it at line {self.broken_line}, "
                f"which is not KEY=value; mend that line, {WAY_OUT}."
            )


class IronclawSettings:
    """The settings by their layers; ``config.toml`` is read when first needed.

    Args:
        environ: The process environment.
        cwd: The working directory.
        home: The home directory.
        is_forgiving: Whether a place that cannot be read is passed over.
    """

    def __init__(self, environ: Mapping[str, str], cwd: Path, home: Path, *, is_forgiving: bool) -> None:
        self.cwd = cwd
        self.home = home
        self._is_forgiving = is_forgiving
        self._layers = [_Layer("the environment", environ)]
        self._add_dotenv(directory / ".env" for directory in (cwd, *cwd.parents))
        # The base directory is settled before the .env in it is read, which therefore cannot move it.
        base = self.find("IRONCLAW_BASE_DIR")
        self.base_dir = cwd / base.value if base else home / ".ironclaw"
        self.base_dir_source = base.source if base else "IronClaw's default"
        if not self._add_dotenv([self.base_dir / ".env"]):
            self._add_bootstrap(self.base_dir / "bootstrap.json")

    def find(self, name: str) -> Setting | None:
        """Return a setting from the first layer that makes it; ``None`` if it is unset or empty.

        Raises:
            BadConfiguration: a place that may make it cannot be read.
        """
        for layer in self._layers:
            if name in layer.values:
                value = layer.values[name]
                return Setting(value, f"{name} in {layer.where}") if value else None
            if not self._is_forgiving:
                layer.demand(name)
        return None

    def is_named(self, name: str) -> bool:
        """Tell whether any place makes a setting, be it empty."""
        return any(name in layer.values for layer in self._layers)

    @property
    def config_path(self) -> Path:
        """Return where ``config.toml`` lies."""
        return self.base_dir / "config.toml"

    @cached_property
    def config(self) -> dict[str, Any]:
        """Return the content of ``config.toml``, empty if there is none; raise ``BadConfiguration``."""
        return read_toml(self.config_path, shown_path(self.config_path, self.cwd, self.home))

    def shown(self, path: Path) -> str:
        """Return a path as a person would write it."""
        return shown_path(path, self.cwd, self.home)

    def _add_dotenv(self, candidates: Iterator[Path] | list[Path]) -> bool:
        """Add the first of some ``.env`` files that is there as the last layer; return whether one is."""
        known = ChainMap(*(dict(layer.values) for layer in self._layers))
        for path in candidates:
            try:
                content = _content(path)
            except OSError as error:
                self._layers.append(_Layer(self.shown(path), {}, failure=error.strerror or "unknown error"))
                return True
            if content is not None:
                from store.environment import dotenv

                read = dotenv.parse(content, known)
                self._layers.append(_Layer(self.shown(path), read.values, read.broken_line, read.lost))
                return True
        return False

    def _add_bootstrap(self, path: Path) -> None:
        """Add what IronClaw would move into ``.env`` when it starts next."""
        try:
            content = _content(path)
            facts = json.loads(content) if content is not None else None
        except (OSError, ValueError, RecursionError):
            return
        url = facts.get("database_url") if isinstance(facts, dict) else None
        if isinstance(url, str):
            self._layers.append(_Layer(self.shown(path), {"DATABASE_URL": url}))


def read_toml(path: Path, shown: str) -> dict[str, Any]:
    """Return the content of a TOML file, empty if there is none.

    Args:
        path: The file.
        shown: What to call it in a sentence.

    Raises:
        BadConfiguration: it cannot be read.
    """
    way_out = f"so what it sets is unknown; mend it, {WAY_OUT}."
    try:
        content = _content(path)
    except OSError as error:
        raise BadConfiguration(f"{shown} cannot be read ({error.strerror}), {way_out}") from None
    if content is None:
        return {}
    import tomllib

    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise BadConfiguration(f"{shown} is not UTF-8 at line {line}, {way_out}") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = f"at line {found[1]}" if (found := _TOML_LINE.search(str(error))) else "at its end"
        raise BadConfiguration(f"{shown} is not valid TOML {place}, {way_out}") from None


def text_in(config: Mapping[str, Any], names: str, shown: str) -> str:
    """Return a text of a configuration file, trimmed; empty if it sets none.

    Args:
        config: What the file holds.
        names: The name of the text, below tables: ``identity.default_owner``.
        shown: What to call the file in a sentence.

    Raises:
        BadConfiguration: it sets something else.
    """
    *tables, last = names.split(".")
    table: Any = config
    for name in tables:
        table = table.get(name, {}) if isinstance(table, dict) else None
    value = table.get(last, "") if isinstance(table, dict) else None
    if not isinstance(value, str):
        raise BadConfiguration(f"{names} in {shown} is not a text, so what it sets is unknown; mend it, {WAY_OUT}.")
    return value.strip()


def shown_path(path: Path, cwd: Path, home: Path) -> str:
    """Return a path as a person would write it.

    Args:
        path: An absolute path.
        cwd: The working directory.
        home: The home directory.
    """
    if path.parent == cwd:
        return f"./{path.name}"
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def _content(path: Path) -> bytes | None:
    """Return the content of a regular file, ``None`` if there is none; raise ``OSError`` if it cannot be read."""
    try:
        # Only a regular file is opened: a FIFO would wait for its writer.
        return path.read_bytes() if stat.S_ISREG(path.stat().st_mode) else None
    except (FileNotFoundError, NotADirectoryError):
        return None
