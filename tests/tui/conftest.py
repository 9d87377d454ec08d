"""A browser on the sample history, without a terminal, and the golden screenshots it is compared with."""

from __future__ import annotations

import difflib
import re
import shutil
from contextlib import asynccontextmanager
from datetime import UTC, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

import pytest
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from store import open_store, with_people
from store.demo import DEMO_END, OWNER, write_demo
from tests.store.conftest import CAMPAIGN
from tests.store.cut_store import CutStore
from tests.tui.keys import key
from tests.tui.program import end_server
from tests.tui.shared_styles import SharedStylesheet
from tests.tui.waiting import until
from tui.app import ClawbackApp
from tui.browser.database_state import RECONNECT
from tui.browser.live_updates import WATCH
from tui.browser.metadata_edits import FATE
from tui.browser.screen import BrowserScreen
from tui.browser.session import Origin, Session, Start
from tui.config.people import people_of
from tui.config.settings import DEFAULTS
from tui.config.state import State
from tui.text.markdown.blocks import prose

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from textual.pilot import Pilot

    from store.contract.store import ConversationStore
    from store.records import Conversation, Message
    from tests.store.cut_store import Line
    from tui.config.settings import Settings
    from tui.widgets.conversation_list import ConversationList
    from tui.widgets.ledger import Ledger
    from tui.widgets.transcript import Transcript

ENDLESS = (WATCH, RECONNECT, FATE)
"""Groups of work that waits for something from outside."""
SCREENSHOTS = Path(__file__).parents[2] / "screenshots"

_prose = lru_cache(2000)(prose)

Input.cursor_blink = False  # type: ignore[assignment]  # a blinking cursor changes pictures


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-screenshots", action="store_true", help="draw the goldens in screenshots/ anew")


@pytest.fixture(autouse=True)
def unseen_frames(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out frames that no terminal takes: painting is half of the work, and what is looked at is painted then.

    Tests of what may stand in any frame are marked ``paints``. Pictures, and all under CLAWBACK_CAMPAIGN, paint too.
    """
    if CAMPAIGN > 1 or request.node.get_closest_marker("paints") or "golden" in request.fixturenames:
        return
    paint = Screen._compositor_refresh

    def refresh(screen: Screen[object]) -> None:
        if not screen.app.is_headless:
            paint(screen)
            return
        screen._dirty_widgets.clear()
        screen._compositor._dirty_regions.clear()
        screen.app._update_mouse_over(screen)

    monkeypatch.setattr(Screen, "_compositor_refresh", refresh)


@pytest.fixture(autouse=True)
def shared_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let applications share what is the same for all, but under CLAWBACK_CAMPAIGN: styles, and Markdown as lines."""
    if CAMPAIGN == 1:
        monkeypatch.setattr("textual.app.Stylesheet", SharedStylesheet)
        monkeypatch.setattr("tui.text.message.message_lines.prose", lambda *text: [*_prose(*text)])


@pytest.fixture(scope="session", autouse=True)
def _loaded_program() -> Iterator[None]:
    """End the process that has the program loaded, which a test of this process may have begun."""
    yield
    end_server()


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample history; read it, or copy it to write."""
    path = tmp_path_factory.mktemp("sample") / "sample.db"
    write_demo(path, end=DEMO_END)
    return path


@pytest.fixture
def sample_copy(sample: Path, tmp_path: Path) -> Path:
    for suffix in ("", "-wal", "-shm"):
        if Path(f"{sample}{suffix}").exists():
            shutil.copy(f"{sample}{suffix}", tmp_path / f"copy.db{suffix}")
    return tmp_path / "copy.db"


class Browser:
    """A running browser and the hands of a reader."""

    def __init__(self, app: ClawbackApp, pilot: Pilot[None], said: list[str]) -> None:
        self.app = app
        self.pilot = pilot
        self.said = said
        """What was said in passing, oldest first; toasts are not drawn in tests."""

    @property
    def screen(self) -> BrowserScreen:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, BrowserScreen)
        return screen

    @property
    def store(self) -> ConversationStore:
        return self.app.session.store

    @property
    def conversations(self) -> ConversationList:
        return self.screen.list_pane.conversations

    @property
    def transcript(self) -> Transcript:
        return self.screen.reading.transcript

    @property
    def reader(self) -> Transcript | Ledger:
        """The widget that shows the open conversation."""
        return self.screen.reading.reader

    @property
    def selected(self) -> Conversation:
        """The selected conversation."""
        selected = self.conversations.highlighted
        assert selected is not None
        return selected

    @property
    def opened(self) -> Conversation:
        """The conversation in the transcript."""
        opened = self.transcript.conversation
        assert opened is not None
        return opened

    @property
    def message(self) -> Message:
        """The message that keys act on."""
        message = self.transcript.current_message
        assert message is not None
        return message

    @property
    def faults(self) -> list[str]:
        """What was said of faults of the program itself."""
        return [said for said in self.said if "fault of its own" in said]

    @property
    def message_rows(self) -> int:
        """The rows that the current message takes."""
        return self.transcript.measure(self.transcript.current) or 0

    @property
    def is_at_rest(self) -> bool:
        """Whether every key was handled, all work is done, no page is in flight, and no preview is pending."""
        if not self.screen.takes_keys:
            return False
        reading, window = self.screen.reading, self.conversations.window
        is_waiting = reading.transcript.is_waiting or reading.reader.is_waiting or window.in_flight is not None
        is_read = self._is_done and not is_waiting and not reading.preview.is_pending
        return self._is_handled and is_read and self._is_laid_out

    @property
    def _is_handled(self) -> bool:
        return not (self.app.message_queue_size or self.app.has_keys)

    @property
    def _is_laid_out(self) -> bool:
        screen = self.app.screen
        # What is hidden is laid out when it is shown.
        widgets = [each for each in screen.walk_children(Widget, with_self=True) if each.is_on_screen]
        return not screen._callbacks and not any(each._layout_required or each._scroll_required for each in widgets)

    @property
    def _is_done(self) -> bool:
        return all(each.is_finished for each in self.app.workers if each.group not in ENDLESS)

    async def until(self, condition: Callable[[], Any], what: str = "") -> None:
        """Wait for a condition, fail loudly after a bound."""
        await until(condition, what)

    async def settled(self) -> None:
        """Wait until all is at rest and drawn, at three looks one after the other.

        A layout says sizes, and a widget that learns its size may ask for what came into sight: every message that
        a look finds waiting is handled before the next.
        """
        looks = 0
        while looks < 3:
            if not self.is_at_rest:
                await self.until(lambda: self.is_at_rest, "all is at rest")
                looks = 0
            await self.pilot.pause(0)
            looks = looks + 1 if self.is_at_rest else 0

    async def done(self) -> None:
        """Wait until every key was handled and all work is done but that which never is: watching the database."""
        await self.handled()
        await self.until(lambda: self._is_done, "work goes on")

    async def handled(self) -> None:
        """Wait until every key that was pressed arrived and was handled."""
        await self.until(lambda: self._is_handled, "keys wait to be handled")

    async def press(self, *keys: str) -> None:
        """Press keys in one go, then wait until all that they set off is done and drawn."""
        await self.press_only(*keys)
        await self.settled()

    async def press_each(self, *keys: str) -> None:
        """Press keys one by one, each when all that the one before set off is done and drawn."""
        for name in keys:
            await self.press(name)

    async def press_only(self, *keys: str) -> None:
        """Press keys in one go; wait until they are handled, not for what they set off."""
        for name in keys:
            self.app.post_message(key(name))
        await self.handled()

    def text(self) -> str:
        """What the screen shows, row by row."""
        return "\n".join(
            "".join(segment.text for segment in strip).rstrip()
            for strip in self.app.screen._compositor.render_strips()
        )


@asynccontextmanager
async def browse(
    path: Path | str,
    *,
    size: tuple[int, int] = (140, 40),
    user: str = OWNER,
    state: State | None = None,
    read_only: bool = False,
    watch_seconds: float = 0.0,
    settings: Settings = DEFAULTS,
    allows_faults: bool = False,
    draws_toasts: bool = False,
    line: Line | None = None,
    idle_seconds: float = 0.0,
    shown: str = "~/.ironclaw/ironclaw.db",
    **start: Any,
) -> AsyncIterator[Browser]:
    """Run the browser on a file or a server, at a fixed clock and in UTC; it looks for news only if told to.

    With a ``line`` the file is as far away as a server.
    """
    with TemporaryDirectory() as folder:
        async with open_store(path, read_only=read_only) as opened:
            far = opened if line is None else cast("ConversationStore", CutStore(opened, line))
            people = people_of(state, str(path)) if state is not None else {}
            store = with_people(far, people) if state is not None else far
            app = ClawbackApp(
                Session(
                    store=store,
                    state=state or State(Path(folder) / "state.json"),
                    settings=settings,
                    origin=Origin(shown, str(path), path if isinstance(path, Path) else None),
                    start=Start(user, **start),
                    now=lambda: DEMO_END + timedelta(minutes=3),
                    tz=UTC,
                    refresh_seconds=0,
                    watch_seconds=watch_seconds,
                    reconnect_seconds=0.01,
                    idle_seconds=idle_seconds,
                    people=people,
                )
            )
            app.animation_level = "none"
            said: list[str] = []
            if not draws_toasts:
                app.notify = lambda message, **_: said.append(message)  # type: ignore[method-assign]
            async with app.run_test(size=size, notifications=draws_toasts) as pilot:
                browser = Browser(app, pilot, said)
                await browser.settled()
                yield browser
            assert allows_faults or not browser.faults, f"{browser.faults}\n{report(app)}"


def report(app: ClawbackApp) -> str:
    """What the program wrote down of its last fault."""
    state = app.session.state._path
    path = state and state.with_name("fault.txt")
    return path.read_text() if path and path.exists() else ""


async def open_long_thread(browser: Browser) -> None:
    """Open the thread of 3,000 messages."""
    page = await browser.store.list_conversations("default", channel="signal", limit=10)
    longest = max(page.conversations, key=lambda each: each.total.value)
    browser.conversations.start(page, select=longest.id)
    browser.conversations.action_read()
    await browser.settled()
    assert browser.opened.id == longest.id


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Browser, str], None]:
    """Compare the screen with ``screenshots/NAME.svg``; ``--update-screenshots`` draws it anew."""
    update = request.config.getoption("--update-screenshots")

    def compare(browser: Browser, name: str) -> None:
        svg = normal(browser.app.export_screenshot(title="clawback", simplify=True))
        path = SCREENSHOTS / f"{name}.svg"
        if update:
            path.write_text(svg, encoding="utf-8")
            return
        assert path.exists(), f"{path.name} is missing; draw it with --update-screenshots and look at it"
        drawn = path.read_text(encoding="utf-8")
        if drawn != svg:
            path.with_suffix(".actual.svg").write_text(svg, encoding="utf-8")
            diff = "\n".join(difflib.unified_diff(rows(drawn), rows(svg), "golden", "actual", lineterm="", n=1))
            pytest.fail(f"{name} differs from its golden:\n{diff or 'only in colour'}")

    return compare


def normal(svg: str) -> str:
    """Drop what changes from run to run, and the fonts fetched from afar."""
    svg = re.sub(r"terminal-\d+", "terminal", svg)
    svg = re.sub(r"@font-face\s*{.*?}", "", svg, flags=re.DOTALL)
    return re.sub(r"font-family: Fira Code", "font-family: 'Fira Code', 'DejaVu Sans Mono'", svg)


def rows(svg: str) -> list[str]:
    """The text of a screenshot, row by row."""
    by_y: dict[float, list[tuple[float, str]]] = {}
    for x, y, text in re.findall(r'<text[^>]*x="([\d.]+)" y="([\d.]+)"[^>]*>(.*?)</text>', svg):
        by_y.setdefault(float(y), []).append((float(x), text))
    return ["".join(text for _, text in sorted(by_y[y])).replace("&#160;", " ") for y in sorted(by_y)]
