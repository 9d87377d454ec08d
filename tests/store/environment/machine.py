"""A home directory, a working directory below it, and an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.environment.locate import Found, locate

if TYPE_CHECKING:
    from pathlib import Path

    from store.environment.source import Source

SECRET = "hunter2"


class Machine:
    """A machine on which IronClaw may be installed in every way that it knows."""

    def __init__(self, root: Path) -> None:
        self.home = root / "home"
        self.base = self.home / ".ironclaw"
        self.reborn = self.base / "reborn"
        self.cwd = self.home / "work" / "deep"
        self.environ: dict[str, str] = {"USER": "ada"}
        self.empty: set[Path] = set()
        """Files of IronClaw 1.x that hold no thread."""
        self.base.mkdir(parents=True)
        self.cwd.mkdir(parents=True)

    def near(self, text: str) -> Path:
        return self.write(self.cwd / ".env", text)

    def own(self, text: str) -> Path:
        return self.write(self.base / ".env", text)

    def config(self, text: str) -> Path:
        return self.write(self.base / "config.toml", text)

    def database(self) -> Path:
        return self.write(self.base / "ironclaw.db", "")

    def threads(self, folder: str = "local-dev") -> Path:
        """Lay a file of IronClaw 1.x, with threads, into a folder below its home."""
        return self.write(self.reborn / folder / "reborn-local-dev.db", "")

    def write(self, path: Path, text: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def found(self, db: str | None = None, user: str | None = None) -> Found:
        return locate(
            db=db,
            user=user,
            environ=self.environ,
            cwd=self.cwd,
            home=self.home,
            holds_threads=lambda path: path.name.startswith("reborn") and path not in self.empty,
        )

    def locate(self, db: str | None = None, user: str | None = None) -> Source:
        """Return the first history, which can be opened."""
        source = self.found(db, user).sources[0]
        assert source.target
        return source
