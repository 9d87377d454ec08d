"""What widgets say upward, to the browser screen or to the modal they stand in. The browser alone does I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from store.records import Conversation
    from store.records import Message as StoredMessage
    from tui.model.conversation_window import End
    from tui.widgets.table import Table


class ChannelPicked(Message):
    """The reader picked a channel, or all of them."""

    def __init__(self, channel: str | None) -> None:
        super().__init__()
        self.channel = channel
        """The channel's name; ``None`` for all."""


class ConversationHighlighted(Message):
    """The list's selection rests on a conversation."""

    def __init__(self, conversation: Conversation) -> None:
        super().__init__()
        self.conversation = conversation

    def can_replace(self, message: Message) -> bool:
        """Let the newest of a burst stand for all."""
        return isinstance(message, ConversationHighlighted)


class ConversationOpened(Message):
    """The reader wants to read a conversation."""

    def __init__(self, conversation: Conversation) -> None:
        super().__init__()
        self.conversation = conversation


class ConversationsWanted(Message):
    """The list nears an end of what it holds."""

    def __init__(self, end: End) -> None:
        super().__init__()
        self.end = end


class ListEndWanted(Message):
    """The reader wants the newest or the oldest conversation."""

    def __init__(self, end: End) -> None:
        super().__init__()
        self.end = end


class MessagesWanted(Message):
    """The transcript needs messages it does not hold."""

    def __init__(self, conversation_id: str, start: int, stop: int) -> None:
        super().__init__()
        self.conversation_id = conversation_id
        self.start = start
        """First position wanted, from 0 at the oldest."""
        self.until = stop
        """The position after the last one wanted."""


class MoreTextWanted(Message):
    """The reader wants more of a message that is shown by its head."""

    def __init__(self, message: StoredMessage, ordinal: int) -> None:
        super().__init__()
        self.message = message
        self.ordinal = ordinal
        """Its position in the conversation."""


class RunsWanted(Message):
    """The ledger needs runs it does not hold."""

    def __init__(self, conversation_id: str, start: int, stop: int) -> None:
        super().__init__()
        self.conversation_id = conversation_id
        self.start = start
        """First position wanted, from 0 at the oldest."""
        self.until = stop
        """The position after the last one wanted."""


class RunMessage(Message):
    """Something is wanted of a run."""

    def __init__(self, position: int) -> None:
        super().__init__()
        self.position = position
        """The position of the run in its thread, from 0 at the oldest."""


class RunOpened(RunMessage):
    """The reader wants to read a run in the plain transcript."""


class RunDiffWanted(RunMessage):
    """The reader wants to see how a run differs from the one before it."""


class FailureWanted(RunMessage):
    """The reader wants the next failure before a run."""


class RunCopyWanted(RunMessage):
    """The reader wants a run, or its ids, on the clipboard."""

    def __init__(self, position: int, *, is_link: bool) -> None:
        super().__init__(position)
        self.is_link = is_link


class CopyWanted(Message):
    """The reader wants a text on the clipboard."""

    def __init__(self, text: str, what: str) -> None:
        super().__init__()
        self.text = text
        """As stored; the browser sanitises it."""
        self.what = what
        """What it is, in a few words."""


class ListMoved(Message):
    """Something that the line under the list tells has changed."""

    def can_replace(self, message: Message) -> bool:
        """Let the newest of a burst stand for all."""
        return isinstance(message, ListMoved)


class TranscriptMoved(Message):
    """Something that the line under the transcript tells has changed."""

    def can_replace(self, message: Message) -> bool:
        """Let the newest of a burst stand for all."""
        return isinstance(message, TranscriptMoved)


class ChoicePicked(Message):
    """Another word of a choice was picked."""


class RowHighlighted(Message):
    """The selection of a table rests on a row."""

    def __init__(self, table: Table, index: int) -> None:
        super().__init__()
        self.table = table
        self.index = index

    def can_replace(self, message: Message) -> bool:
        """Let the newest of a burst stand for all."""
        return isinstance(message, RowHighlighted)


class RowPicked(Message):
    """The reader picked a row of a table."""

    def __init__(self, table: Table, index: int) -> None:
        super().__init__()
        self.table = table
        self.index = index
