"""``clawback`` itself: refuse what cannot be drawn on, read the first page while Textual loads, run the browser."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from store import open_store
from store.records import Machines
from tui.cli import about
from tui.cli.output import is_terminal
from tui.config.state import State, index_folder, state_file
from tui.model.conversation_window import treated
from tui.text.units import people_path

if TYPE_CHECKING:
    from store.environment.locate import Location

CHECKED_BYTES = 256 * 1024 * 1024
"""Largest file that is looked through for damage at the start; the look reads all of it."""
WATCH_S = 0.15
"""How often, in seconds, the open database is looked at for what was written."""
FIRST_PAGE_S = 0.05
"""How long, in seconds, the first frame waits for the first page of the list."""


def refuse_without_terminal() -> None:
    """Refuse to draw where nothing can be drawn. Textual draws on stderr and reads stdin."""
    if not (sys.stdin.isatty() and is_terminal() and sys.stderr.isatty()):
        raise click.ClickException("the browser needs a terminal; use 'clawback list' or 'clawback show' in pipes.")
    if os.environ.get("TERM", "dumb") in ("", "dumb"):
        raise click.ClickException("this terminal (TERM=dumb) cannot be drawn on; use 'clawback list' instead.")


async def browse(
    location: Location,
    *,
    channel: str | None = None,
    read_only: bool = False,
    name: str | None = None,
    begins_with_view: bool = True,
) -> int | None:
    """Run the browser on a database; return its exit status, ``None`` for success.

    Args:
        location: Where the database lies, and whose conversations are shown.
        channel: The channel that is shown first; by default that of the settings.
        read_only: Whether every write is refused.
        name: What the database is called, also what its state is kept under; by default its path.
        begins_with_view: Whether a view that the settings name is shown first.

    Raises:
        StoreError: the database cannot be opened.
    """
    refuse_without_terminal()
    settings = about.settings()
    if not begins_with_view:
        settings = settings._replace(view="")
    channel = channel or settings.channel or None
    machines = Machines(settings.machines)
    # Loading Textual only allocates; the application decides when to collect.
    gc.disable()
    async with open_store(location.path, read_only=read_only, index_folder=index_folder()) as store:
        state = State(state_file())
        path = name or people_path(location.path)
        user = location.owner
        if not location.is_owner_explicit:
            user = state.get(f"user:{path}") or user
        # SQLite reads the first page while Python loads Textual.
        first_page = asyncio.create_task(
            store.list_conversations(
                user, channel=channel, machines=treated(channel, machines), limit=settings.page_size
            )
        )
        await asyncio.sleep(0)

        from tui.app import ClawbackApp
        from tui.browser.session import Origin, Session, Start

        await asyncio.wait([first_page], timeout=FIRST_PAGE_S)
        session = Session(
            store=store,
            state=state,
            settings=settings,
            origin=Origin(path, str(location.path), location.path),
            start=Start(
                user,
                channel,
                is_user_explicit=location.is_owner_explicit,
                checks_file=location.path.stat().st_size <= CHECKED_BYTES,
                tells_news=True,
                page=first_page,
            ),
            now=lambda: datetime.now(UTC),
            tz=about.zone(settings),
            watch_seconds=WATCH_S,
        )
        app = ClawbackApp(session)
        await app.run_async()
        return app.return_code
