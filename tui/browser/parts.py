"""What a browser has beside its list, made after the list was painted or when the first of it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, cast

if TYPE_CHECKING:
    from tui.browser.background_work import BackgroundWork
    from tui.browser.catch_up import CatchUp
    from tui.browser.features import Features
    from tui.browser.live_updates import LiveUpdates
    from tui.browser.pane_focus import PaneFocus
    from tui.browser.reading_pane import ReadingPane
    from tui.browser.unseen import UnseenMarks

T = TypeVar("T")


class Parts(NamedTuple):
    """All of it."""

    reading: ReadingPane
    panes: PaneFocus
    live: LiveUpdates
    unseen: UnseenMarks
    catch_up: CatchUp
    features: Features
    beside: BackgroundWork


class Part(Generic[T]):
    """An attribute of a browser that is one of its parts; from the second look on, the browser has it itself."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, browser: Any, owner: type | None = None) -> T:
        browser.make_parts()
        return cast("T", vars(browser)[self._name])


def parts_of(browser: Any) -> Parts:
    """Return the parts of a browser, which works with them.

    Args:
        browser: The screen; it has a session, a host, what is known of the database, and a list.
    """
    # Loaded here: the list is painted before.
    from tui.browser.background_work import BackgroundWork
    from tui.browser.catch_up import CatchUp
    from tui.browser.features import Features
    from tui.browser.live_updates import LiveUpdates
    from tui.browser.pane_focus import PaneFocus
    from tui.browser.reading_pane import ReadingPane
    from tui.browser.unseen import UnseenMarks

    session, host, list_pane, database = browser.session, browser.host, browser.list_pane, browser.database
    reading = ReadingPane(session, host)
    live = LiveUpdates(
        session, host, browser, watched=browser.watched, on_news=browser.apply_news, on_lost=database.report_lost
    )
    unseen = UnseenMarks(
        session,
        host,
        browser,
        conversations=list_pane.conversations,
        reading=reading,
        on_counted=browser.count_unseen,
    )
    reading.new_after = unseen.new_after
    features = Features(browser)
    return Parts(
        reading,
        PaneFocus(browser, host, browser.both_panes, list_pane, reading),
        live,
        unseen,
        CatchUp(host, list_pane=list_pane, reading=reading, live=live, unseen=unseen),
        features,
        BackgroundWork(session, host, live=live, unseen=unseen, database=database, features=features),
    )
