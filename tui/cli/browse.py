"""``clawback`` itself: refuse what cannot be drawn on, read the first page while Textual loads, run the browser."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from store import open_store, with_people
from store.environment.source import SourceKind
from store.errors import MissingFile
from store.records import Machines
from tui.browser.session import Offered, Origin, Session, Start
from tui.cli import about, web_page
from tui.cli.history import LAST_USED
from tui.cli.output import is_terminal
from tui.config.people import people_of
from tui.config.state import State, index_folder, state_file
from tui.model.listed_filter import treated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from store.contract.store import ConversationStore
    from store.environment.locate import Found
    from store.environment.source import Source
    from tui.cli.history import Choice
    from tui.config.settings import Settings
    from tui.model.history_place import HistoryPlace

CHECKED_BYTES = 256 * 1024 * 1024
"""Largest file that is looked through for damage at the start; the look reads all of it."""
WATCH_S = 0.15
"""How often, in seconds, the open file is looked at for what was written, which costs nobody else anything."""
SERVER_WATCH_S = 0.5
"""How often a server is asked."""
IDLE_S = 600.0
"""After how many seconds without a key a file of IronClaw 1.x is closed, so that its program may move it."""
FIRST_PAGE_S = 0.05
"""How long, in seconds, the first frame waits for the first page of the list."""


def refuse_without_terminal() -> None:
    """Refuse to draw where nothing can be drawn. Textual draws on stderr and reads stdin, or on a web page."""
    if web_page.is_drawn_on():
        return
    if not (sys.stdin.isatty() and is_terminal() and sys.stderr.isatty()):
        raise click.ClickException("the browser needs a terminal; use 'clawback list' or 'clawback show' in pipes.")
    if os.environ.get("TERM", "dumb") in ("", "dumb"):
        raise click.ClickException("this terminal (TERM=dumb) cannot be drawn on; use 'clawback list' instead.")


async def browse(
    choice: Choice,
    sources: Sequence[Source],
    *,
    channel: str | None = None,
    read_only: bool | None = None,
    begins_with_view: bool = True,
    find: Callable[[], Found] | None = None,
    remembers: bool = True,
) -> int | None:
    """Run the browser on a history; return its exit status, ``None`` for success.

    Args:
        choice: The history that is shown first.
        sources: All that can be shown.
        channel: The channel that is shown first; by default that of the settings.
        read_only: Whether every write is refused; by default on a web page, since any page may reach its server.
        begins_with_view: Whether a view that the settings name is shown first.
        find: Looks again for all that can be shown.
        remembers: Whether the next start opens the history that was used last.

    Raises:
        StoreError: the history cannot be opened.
    """
    refuse_without_terminal()
    is_read_only = web_page.is_drawn_on() if read_only is None else read_only
    settings = about.settings()
    if not begins_with_view:
        settings = settings._replace(view="")
    if channel is not None:
        settings = settings._replace(channel=channel)
    # Loading Textual only allocates; the application decides when to collect.
    gc.disable()
    histories = MachineHistories(
        sources, settings, State(state_file()), read_only=is_read_only, find=find, remembers=remembers
    )
    try:
        session = await histories.begin(choice)
        # The database reads the first page while Python loads Textual.
        await asyncio.sleep(0)
        from tui.app import ClawbackApp

        if session.start.page is not None:
            await asyncio.wait([session.start.page], timeout=FIRST_PAGE_S)
        app = ClawbackApp(session)
        await app.run_async()
        return app.return_code
    finally:
        await histories.close()


class MachineHistories:
    """The histories that were found on this machine; the browser opens one after the other.

    Args:
        sources: Where they lie.
        settings: What the owner set.
        state: What was remembered; it keeps which history was used last.
        read_only: Whether every write is refused.
        find: Looks for them again, since their program may move them; without it they stay where they are.
        remembers: Whether it is noted which was used last.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        settings: Settings,
        state: State,
        *,
        read_only: bool,
        find: Callable[[], Found] | None = None,
        remembers: bool = True,
    ) -> None:
        self._find = find
        self._remembers = remembers
        self._sources = {source.name: source for source in sources}
        self._settings = settings
        self._state = state
        self._read_only = read_only
        self._stores: list[ConversationStore] = []

    @property
    def offered(self) -> tuple[Offered, ...]:
        """Return those that there are."""
        return tuple(Offered(each.name, each.kind.value, each.shown) for each in self._sources.values())

    async def begin(self, choice: Choice) -> Session:
        """Open the history that the browser begins with.

        Raises:
            StoreError: it cannot be opened.
        """
        return await self._open(choice.source, self._settings, notice=self._notice(choice))

    async def open(self, name: str, place: HistoryPlace | None = None) -> Session:
        """Open another history.

        Args:
            name: Which.
            place: Where the reader left it.

        Raises:
            StoreError: it cannot be opened.
        """
        settings = self._settings._replace(view="")
        try:
            return await self._open(self._sources[name], settings, place)
        except MissingFile:
            moved = self._find().named(name) if self._find is not None else None
            if moved is None or moved.path == self._sources[name].path:
                raise
            self._sources[name] = moved
            return await self._open(moved, settings, place)

    async def leave(self, session: Session) -> None:
        """Close a history that is shown no more."""
        await session.store.close()
        self._stores.remove(session.store)

    async def close(self) -> None:
        """Close every store that is still open."""
        for store in self._stores:
            await store.close()

    async def _open(
        self, source: Source, settings: Settings, place: HistoryPlace | None = None, notice: str = ""
    ) -> Session:
        """Return what the browser works with.

        Args:
            source: Where the history lies.
            settings: What the owner set.
            place: Where the reader left it.
            notice: What to say first.
        """
        read_only = self._read_only or source.is_replica
        opened = await open_store(source.target, read_only=read_only, index_folder=index_folder())
        people = people_of(self._state, source.key)
        store = with_people(opened, people)
        self._stores.append(store)
        if self._remembers and len(self._sources) > 1:
            self._state.set(LAST_USED, source.key)
        return Session(
            store=store,
            state=self._state,
            settings=settings,
            origin=Origin(source.shown, source.key, source.path),
            start=self._start(source, store, settings, place)._replace(notice=notice),
            now=lambda: datetime.now(UTC),
            tz=about.zone(settings),
            watch_seconds=SERVER_WATCH_S if source.kind is SourceKind.IRONCLAW0_SERVER else WATCH_S,
            idle_seconds=IDLE_S if source.kind is SourceKind.IRONCLAW1 else 0,
            name=source.name,
            histories=self,
            people=people,
        )

    def _start(
        self, source: Source, store: ConversationStore, settings: Settings, place: HistoryPlace | None
    ) -> Start:
        user, channel, machines = source.owner, settings.channel or None, Machines(settings.machines)
        if place is not None:
            user, channel, machines = place.view.user, place.view.channel, place.view.machines
        elif not source.is_owner_explicit:
            user = self._state.get(f"user:{source.shown}") or user
        rows = max(settings.page_size, place.rows if place is not None else 0)
        page = None
        if place is None or not place.view.query:
            first = store.list_conversations(user, channel=channel, machines=treated(channel, machines), limit=rows)
            page = asyncio.create_task(first)
        is_small = source.path is not None and source.path.stat().st_size <= CHECKED_BYTES
        return Start(
            user,
            channel,
            is_user_explicit=source.is_owner_explicit,
            checks_file=is_small and source.kind is SourceKind.IRONCLAW0 and place is None,
            tells_news=place is None,
            page=page,
            place=place,
        )

    def _notice(self, choice: Choice) -> str:
        """Return what the first start says where there are several histories; empty else."""
        if not choice.is_first_start:
            return ""
        kinds = " and ".join(dict.fromkeys(source.kind.value for source in self._sources.values()))
        return f"There are {len(self._sources)} histories: {kinds}. This is {choice.source.name}; S shows the other."
