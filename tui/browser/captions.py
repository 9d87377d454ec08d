"""The lines that say what is shown, what is left and what is hidden: texts made of what the widgets hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.records import Conversation, Count, Machines
from tui.text import times
from tui.text.visible import has_direction_marks, one_line
from tui.text.wrap import fit
from tui.widgets.caption import Caption

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import tzinfo

    from store.records import Channel
    from tui.model.conversation_window import ConversationWindow
    from tui.model.listed_filter import ListedFilter
    from tui.widgets.ledger import Ledger
    from tui.widgets.transcript import Transcript

RETRY = "ctrl+r reads again"


def of_list(
    window: ConversationWindow,
    channels: Sequence[Channel],
    chosen: ListedFilter,
    tz: tzinfo,
    *,
    new_above: int = 0,
    marked: int = 0,
    looked: str = "",
) -> str:
    """Return what the line under the list says.

    Args:
        window: The conversations that are held.
        channels: The user's channels, with their counts.
        chosen: Which list it is.
        tz: The zone of the oldest day.
        new_above: How many rows came in above the first one in sight.
        marked: How many conversations are marked, listed or not.
        looked: How far a filtered list was looked through, as long as it is.
    """
    marks = f"{marked:,} marked: M" if marked else ""
    if not window.rows:
        return marks
    held, is_whole = len(window), window.reaches_newest and window.reaches_oldest
    if chosen.query is not None:
        text = f"all {held:,} that match" if is_whole else f"{held:,} that match so far"
    elif is_whole:
        text = f"all {held:,}"
    else:
        of = f" of {window.total:,}" if window.total is not None else ""
        text = f"{window.first + 1:,}–{window.first + held:,}{of}"
    last = window.rows[-1].last_activity
    if looked:
        text = f"{looked} · {text}"
    elif last is not None:
        text += f" · {'oldest' if window.reaches_oldest else 'back to'} {times.day(last, tz)}"
    if chosen.machines is Machines.FOLDED:
        folded = sum(each.folded for each in channels if chosen.channel in (None, each.name))
        if folded:
            text = f"{folded:,} folded: a · {text}"
    elif chosen.machines is Machines.ONLY:
        text = f"machine threads only: a · {text}"
    if marks:
        text = f"{marks} · {text}"
    return f"▲ {new_above:,} new · {text}" if new_above else text


def of_transcript(transcript: Transcript, *, is_counted: bool, is_complete: bool, arrived: int = 0) -> str:
    """Return what the line under the transcript says.

    Args:
        transcript: What is shown.
        is_counted: Whether its number of messages is exact.
        is_complete: Whether its last read came to its end.
        arrived: How many messages came in below the last one in sight.
    """
    first, last = transcript.seen
    if last < 0 or transcript.conversation is None:
        return ""
    text = f"{first + 1:,}–{last + 1:,} of {transcript.total:,}" if is_counted else "newest of 10,000+"
    has_older = first > 0 or not transcript.viewport.is_at_start
    beyond = _beyond(arrived, has_older=has_older, is_at_end=transcript.viewport.is_at_end)
    return _joined(text, beyond, is_complete=is_complete, is_waiting=transcript.is_waiting)


def of_ledger(ledger: Ledger, *, is_counted: bool, is_complete: bool, arrived: int = 0) -> str:
    """Return what the line under the ledger says.

    Args:
        ledger: What is shown.
        is_counted: Whether its number of runs is exact.
        is_complete: Whether its last read came to its end.
        arrived: How many runs came in below the last one in sight.
    """
    first, last = ledger.seen
    if last < 0:
        return ""
    text = f"runs {first + 1:,}–{last + 1:,} of {ledger.total:,}" if is_counted else "newest runs of 10,000+"
    beyond = _beyond(arrived, has_older=first > 0, is_at_end=ledger.is_at_end)
    return _joined(text, beyond, is_complete=is_complete, is_waiting=ledger.is_waiting)


def _beyond(arrived: int, *, has_older: bool, is_at_end: bool) -> list[str]:
    newer = f"▼ {arrived:,} new" if arrived else "▼ newer"
    return [*(["▲ older"] if has_older else []), *([] if is_at_end else [newer])]


def _joined(text: str, beyond: list[str], *, is_complete: bool, is_waiting: bool) -> str:
    if not is_complete:
        text += " · reading the order"
    return f"{text} · ⋯ loading" if is_waiting else " · ".join([text, *beyond])


def title_of(conversation: Conversation, counted: int | None, *, tells_user: bool = False) -> str:
    """Return what the line above the transcript says.

    Args:
        conversation: What is open.
        counted: The true number of its messages, ``None`` as long as it is not known.
        tells_user: Whether to name the id whose conversation it is.
    """
    total = conversation.total if counted is None else Count(counted)
    messages = f"{total} message{'' if total.value == 1 else 's'}"
    marks = " · direction marks" if has_direction_marks(conversation.title) else ""
    channel = one_line(conversation.channel)
    if tells_user:
        channel += f" as {fit(one_line(conversation.user_id), 24)}"
    return f"{fit(one_line(conversation.full_title), 60)}{marks} · {channel} · {messages}"


def special_label(conversation: Conversation, *, is_duplicate: bool) -> str:
    """Return how a picker names a thread that the assistant keeps."""
    plural = "" if conversation.total.value == 1 else "s"
    text = f"{conversation.full_title} · {conversation.channel} · {conversation.total} message{plural}"
    return f"{text} · duplicate, IronClaw writes to the other" if is_duplicate else text


class ReadingCaptions:
    """The line above a conversation and the line below it.

    Args:
        people: The ids of those who have several, by their names; where one of them is shown, the id is told.
    """

    def __init__(self, people: Mapping[str, Collection[str]]) -> None:
        self._people = people
        self.title = Caption(id="transcript-title", classes="title")
        self.horizon = Caption(id="transcript-horizon")
        self.arrived = 0
        """Messages that came last and were not on the screen yet."""

    def update(
        self, transcript: Transcript, ledger: Ledger | None, *, counted: int | None, is_complete: bool
    ) -> None:
        """Say which messages are on the screen, and what lies beyond.

        Args:
            transcript: The plain transcript.
            ledger: The ledger, if it is what is shown.
            counted: The true number of messages, ``None`` as long as it is not known.
            is_complete: Whether the order of all messages is known.
        """
        reader = transcript if ledger is None else ledger
        is_at_end = transcript.viewport.is_at_end if ledger is None else ledger.is_at_end
        self.arrived = 0 if is_at_end else max(0, min(self.arrived, reader.total - 1 - reader.seen[1]))
        told = {"is_counted": counted is not None, "is_complete": is_complete}
        if ledger is None:
            self.horizon.text = of_transcript(transcript, arrived=self.arrived, **told)
        else:
            self.horizon.text = of_ledger(ledger, arrived=self.arrived, **told)
        if transcript.conversation is not None:
            user = transcript.conversation.user_id
            tells_user = any(user in ids for ids in self._people.values())
            self.title.text = title_of(transcript.conversation, counted, tells_user=tells_user)
