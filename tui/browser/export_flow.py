"""Exports: asks what to take along, looks through it for secrets, writes the file, and says where it is."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from store.contract.stored_rows import RowSelection
from tui.export.export_format import Facts
from tui.export.export_run import look_through, write
from tui.export.job import Job, Stopped
from tui.export.output_file import OutputFile, what_lies
from tui.export.secret_review import Review
from tui.modals.export_form import ExportForm, Target
from tui.modals.progress import ProgressScreen
from tui.text.units import people_path
from tui.text.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.records import Conversation
    from tui.browser.conversation_marks import ConversationMarks
    from tui.browser.host import Browser, Host
    from tui.browser.reading_pane import ReadingPane
    from tui.browser.session import Session
    from tui.export.export_format import Counts
    from tui.export.job import Report
    from tui.export.masking import Masker
    from tui.modals.export_form import Request
    from tui.model.listed_view import ListedView


class ExportFlow:
    """What leads from a key to a file.

    Args:
        session: What the browser works with.
        host: Runs, says and asks.
        browser: Shows something else.
        reading: The pane that has the selection.
        marks: The conversations that are marked.
    """

    def __init__(
        self, session: Session, host: Host, browser: Browser, reading: ReadingPane, marks: ConversationMarks
    ) -> None:
        self._session = session
        self._store = session.store
        self._host = host
        self._browser = browser
        self._reading = reading
        self._marks = marks

    def open(self) -> None:
        """Ask what to export."""
        session = self._session
        look = partial(what_lies, database=session.origin.path)
        sheet = ExportForm(Path.cwd(), look, session.now(), session.tz)
        user = self._browser.view.user
        fill = partial(self._fill, sheet, self._browser.current, self._browser.view)
        self._host.ask(sheet, partial(self._take, user), fill=fill)

    async def _fill(self, sheet: ExportForm, conversation: Conversation | None, view: ListedView) -> None:
        """Offer what can be exported, the likeliest first."""
        targets = []
        opened, edges = self._reading.conversation, await self._reading.loader.selected_edges()
        if opened is not None and edges is not None:
            selection = RowSelection(ids=(opened.id,), first=edges.first, last=edges.last)
            plural = "s" if edges.messages != 1 else ""
            about = f"{edges.messages:,} selected message{plural} of “{one_line(opened.title)}”"
            targets.append(Target("selection", about, selection, opened.title, opened.shown_id))
        if marked := await self._marks.conversations():
            about = f"{len(marked):,} marked conversation{'s' if len(marked) > 1 else ''}"
            selection = RowSelection(ids=tuple(each.id for each in marked))
            targets.append(Target("marked", about, selection, "conversations"))
        if conversation is not None:
            about = f"“{one_line(conversation.title)}”, {conversation.total} messages"
            selection = RowSelection(ids=(conversation.id,))
            targets.append(Target("this", about, selection, conversation.title, conversation.shown_id))
        listed = RowSelection(channel=view.channel, machines=view.machines)
        on = "every channel" if view.channel is None else f"channel {one_line(view.channel)}"
        about = f"what is listed: {on}, machine threads {view.machines.value}"
        targets.append(Target("listed", about, listed, view.channel or "conversations"))
        targets.append(Target("all", f"every conversation of {one_line(view.user)}", RowSelection(), "conversations"))
        sheet.fill(targets)

    def _take(self, user: str, request: Request | None) -> None:
        if request is not None:
            self._host.run(partial(self._export, user, request), group="export", exclusive=True)

    async def _export(self, user: str, request: Request) -> None:
        session = self._session
        job = Job(request.selection, request.kind, Facts(session.now(), session.tz, user, request.about))
        shown = people_path(request.path)
        try:
            masker = await self._reviewed(job) if request.reviews else None
            counts = await self._write(job, request, masker)
        except Stopped:
            self._host.say("Stopped; nothing was written.")
        except FileExistsError:
            self._host.say(f"{shown} has come to exist meanwhile; nothing was written.", is_error=True)
        except OSError as error:
            self._host.say(f"{shown} cannot be written ({error.strerror}); choose another place.", is_error=True)
        else:
            if not counts.conversations:
                self._host.say("There is nothing to export; nothing was written.")
                return
            masked = sum(counts.masked.values())
            tail = f" {masked:,} masked." if masked else ""
            self._host.say(f"{shown} holds {counts.messages:,} messages.{tail}")

    async def _reviewed(self, job: Job) -> Masker | None:
        """Look for secrets and ask about them; nothing is written before the answers are given.

        Raises:
            Stopped: the reader wants no file.
        """
        from tui.modals.review_secrets import ReviewScreen

        review = Review()
        with self._progress("Looking for secrets") as report:
            await look_through(self._store, job, review, report)
        if not review.suspects:
            return None
        if not await self._host.app.push_screen_wait(ReviewScreen(review, self._session.tz)):
            raise Stopped
        return review.masker()

    async def _write(self, job: Job, request: Request, masker: Masker | None) -> Counts:
        with self._progress("Exporting") as report, OutputFile(request.path, replaces=request.replaces) as draft:
            counts = await write(self._store, job, draft.write, report, masker)
            if counts.conversations:
                draft.finish()
        return counts

    @contextmanager
    def _progress(self, title: str) -> Iterator[Report]:
        """Show how far it is, and end the work if the reader wants so."""
        screen = ProgressScreen(title, "messages")
        self._host.ask(screen)

        def report(done: int, total: int) -> None:
            if screen.is_stopped:
                raise Stopped
            screen.report(done, total)

        try:
            yield report
        finally:
            screen.end()
