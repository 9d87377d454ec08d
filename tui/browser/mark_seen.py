"""Marks a conversation, those that are marked in the list, a channel or everything as seen, and takes that back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from tui.text.units import counted
from tui.text.visible import one_line
from tui.text.wrap import fit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tui.browser.conversation_marks import ConversationMarks
    from tui.browser.host import Browser, Host
    from tui.browser.session import Session
    from tui.browser.unseen import Passed, UnseenMarks
    from tui.modals.letter_picker import Offer

COMMAND, KEY = "mark-seen", "C"
"""The command that this is, and its key unless another was set."""
MARKED, THIS, BACK, CHANNEL, ALL = "m", "t", "z", "c", "e"
"""The letters of what can be marked, and of taking it back; the likeliest first."""
CHANNEL_WIDTH = 16
"""Cells of a channel's name at most."""


class Marking(NamedTuple):
    """What was marked as seen by one key."""

    user: str
    passed: Mapping[str, Passed]


class MarkSeen:
    """What counts as seen because the reader says so.

    Args:
        session: What the browser works with; its settings may give another key.
        host: Runs, says and asks.
        browser: Tells what is current.
        unseen: Counts what is new.
        marks: The conversations that are marked in the list.
    """

    def __init__(
        self, session: Session, host: Host, browser: Browser, unseen: UnseenMarks, marks: ConversationMarks
    ) -> None:
        self._key = session.settings.keymap.get(COMMAND, KEY).split(",")[0]
        self._host = host
        self._browser = browser
        self._unseen = unseen
        self._marks = marks
        self._done: list[Marking] = []

    def offer(self) -> None:
        """Ask what to mark as seen; the key pressed twice takes the likeliest, and twice again takes it back."""
        from tui.modals.letter_picker import LetterPicker

        groups = self._groups()
        if groups:
            offers = [self._offer(letter, ids) for letter, ids in groups.items()]
            self._host.ask(LetterPicker("mark-seen", "Mark as seen", offers, self._key), partial(self._take, groups))
        else:
            self._host.explain("Nothing is new.")

    def mark(self, conversation_ids: Iterable[str]) -> None:
        """Mark conversations as seen, and say so."""
        passed = self._unseen.mark_seen(conversation_ids)
        if passed:
            self._done.append(Marking(self._browser.view.user, passed))
            self._host.say(f"Seen: {counted(len(passed), 'conversation')}. {self._key} {BACK} takes it back.")

    def mark_all(self) -> None:
        """Mark everything as seen, and say so."""
        self.mark(self._ids())

    def _groups(self) -> dict[str, list[str]]:
        """Return what can be marked by its letter, the likeliest first; what has nothing new is left out."""
        current, found = self._browser.current, self._ids()
        last, is_new = self._last, set(found)
        groups = {
            MARKED: [each for each in self._marks.ids if each in is_new],
            THIS: [current.id] if current is not None and current.id in is_new else [],
            BACK: [] if last is None else list(last.passed),
            CHANNEL: [] if self._channel is None else self._ids(self._channel),
            ALL: found,
        }
        return {letter: ids for letter, ids in groups.items() if ids}

    def _offer(self, letter: str, ids: list[str]) -> Offer:
        from tui.modals.letter_picker import Offer

        whats = {
            MARKED: "those that are marked",
            THIS: "this conversation",
            BACK: "take back: new again",
            CHANNEL: f"channel {fit(one_line(self._channel or ''), CHANNEL_WIDTH)}",
            ALL: "everything",
        }
        if letter != THIS:
            return Offer(letter, whats[letter], counted(len(ids), "conversation"))
        new = sum(count for each, count in self._unseen.found if each.id in ids)
        return Offer(letter, whats[letter], counted(new, "message"))

    def _take(self, groups: Mapping[str, list[str]], letter: str | None) -> None:
        if letter == BACK:
            self._take_back()
        elif letter is not None:
            self.mark(groups[letter])

    def _take_back(self) -> None:
        last = self._last
        if last is not None:
            self._done.remove(last)
            again = self._unseen.take_back(last.passed)
            read = len(last.passed) - len(again)
            more = f" {counted(read, 'conversation')} had more read since." if read else ""
            self._host.say(f"New again: {counted(len(again), 'conversation')}.{more}")

    def _ids(self, channel: str | None = None) -> list[str]:
        """Return the conversations with something new, of one channel or of all."""
        return [each.id for each, _ in self._unseen.found if channel is None or each.channel == channel]

    @property
    def _channel(self) -> str | None:
        """Return the channel that is listed, else that of the current conversation."""
        listed, current = self._browser.view.channel, self._browser.current
        return listed if listed is not None or current is None else current.channel

    @property
    def _last(self) -> Marking | None:
        """Return what was marked last for the user who is shown."""
        user = self._browser.view.user
        return next((each for each in reversed(self._done) if each.user == user), None)
