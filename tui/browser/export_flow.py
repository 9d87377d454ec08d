"""Exports: asks what to take along, looks through it for secrets, writes the file, and says where it is.

The browser screen's right hand for that; it alone calls this. Errors of the store pass through to the screen.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from store.contract.stored_rows import Choice
from tui.export.format import Facts
from tui.export.job import Job, Stopped, look_through, write
from tui.export.output_file import Draft, what_lies
from tui.export.secret_review import Review
from tui.modals.export_form import ExportForm, Scope
from tui.modals.progress import ProgressScreen
from tui.text.units import people_path
from tui.text.visible import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.selection import Selection

    from store.contract.store import ConversationStore
    from store.records import Conversation
    from tui.browser.screen import BrowserScreen
    from tui.export.format import Counts
    from tui.export.job import Report
    from tui.export.masking import Masker
    from tui.modals.export_form import Request


class ExportDesk:
    """The way from a key to a file.

    Args:
        store: The store of the database.
        database: Its file.
        browser: The screen that shows it.
    """

    def __init__(self, store: ConversationStore, database: Path, browser: BrowserScreen) -> None:
        self._store = store
        self._database = database
        self._browser = browser

    async def open(self, conversation: Conversation | None, selection: Selection | None) -> None:
        """Ask what to export."""
        scopes = await self._scopes(conversation, selection)
        browser = self._browser
        form = ExportForm(scopes, Path.cwd(), partial(what_lies, database=self._database), browser.now, browser.tz)
        browser.app.push_screen(form, self._take)

    async def _scopes(self, conversation: Conversation | None, selection: Selection | None) -> list[Scope]:
        """Return what can be exported, the likeliest first."""
        browser, scopes = self._browser, []
        opened = browser.transcript.conversation
        if selection is not None and opened is not None:
            edges = await browser.reading.supply.edges(selection)
            if edges is not None:
                first, end, count = edges
                choice = Choice(ids=(opened.id,), first=first, end=end)
                about = f"{count:,} selected message{'s' if count != 1 else ''} of “{one_line(opened.title)}”"
                scopes.append(Scope("selection", about, choice, opened.title, opened.id))
        if conversation is not None:
            about = f"“{one_line(conversation.title)}”, {conversation.total} messages"
            scopes.append(Scope("this", about, Choice(ids=(conversation.id,)), conversation.title, conversation.id))
        listed = Choice(channel=browser.channel, machines=browser.machines)
        on = "every channel" if browser.channel is None else f"channel {one_line(browser.channel)}"
        about = f"what is listed: {on}, machine threads {browser.machines.value}"
        scopes.append(Scope("listed", about, listed, browser.channel or "conversations"))
        scopes.append(Scope("all", f"every conversation of {one_line(browser.user)}", Choice(), "conversations"))
        return scopes

    def _take(self, request: Request | None) -> None:
        if request is not None:
            self._browser.work(partial(self._export, request), group="export", exclusive=True)

    async def _export(self, request: Request) -> None:
        browser = self._browser
        job = Job(request.choice, request.kind, Facts(browser.now, browser.tz, browser.user, request.about))
        shown = people_path(request.path)
        try:
            masker = await self._reviewed(job) if request.reviews else None
            counts = await self._write(job, request, masker)
        except Stopped:
            browser.tell("Stopped; nothing was written.")
        except FileExistsError:
            self._fail(f"{shown} has come to exist meanwhile; nothing was written.")
        except OSError as error:
            self._fail(f"{shown} cannot be written ({error.strerror}); choose another place.")
        else:
            if not counts.conversations:
                browser.tell("There is nothing to export; nothing was written.")
                return
            masked = sum(counts.masked.values())
            tail = f" {masked:,} masked." if masked else ""
            browser.tell(f"{shown} holds {counts.messages:,} messages.{tail}")

    async def _reviewed(self, job: Job) -> Masker | None:
        """Look for secrets and ask about them; nothing is written before the answers are given.

        Raises:
            Stopped: the reader wants no file.
        """
        from tui.modals.review_secrets import ReviewScreen  # noqa: PLC0415 - where something was found

        review = Review()
        with self._progress("Looking for secrets") as report:
            await look_through(self._store, job, review, report)
        if not review.suspects:
            return None
        if not await self._browser.app.push_screen_wait(ReviewScreen(review, self._browser.tz)):
            raise Stopped
        return review.masker()

    async def _write(self, job: Job, request: Request, masker: Masker | None) -> Counts:
        with self._progress("Exporting") as report, Draft(request.path, replaces=request.replaces) as draft:
            counts = await write(self._store, job, draft.write, report, masker)
            if counts.conversations:
                draft.finish()
        return counts

    @contextmanager
    def _progress(self, title: str) -> Iterator[Report]:
        """Show how far it is, and end the work if the reader wants so."""
        screen = ProgressScreen(title, "messages")
        self._browser.app.push_screen(screen)

        def report(done: int, total: int) -> None:
            if screen.is_stopped:
                raise Stopped
            screen.report(done, total)

        try:
            yield report
        finally:
            screen.end()

    def _fail(self, sentence: str) -> None:
        self._browser.app.notify(visible(sentence), severity="error", markup=False, timeout=8)
