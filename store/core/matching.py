"""Decide whether stored values match a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.core.stored_values import text_of
from store.domain.folding import PIECE, folded, hides, occurs, pieces
from store.domain.pictures import may_hold_picture
from store.domain.query import Query, around
from store.domain.timestamps import instant
from store.domain.tool_calls import plainly_show, searched_text, tool_names
from store.domain.turns import TOOL_CALLS
from store.records import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Callable

JSON_ESCAPED = '"\\/'
"""Characters before which JSON may put a backslash."""
UNICODE_ESCAPE = "\\u"
"""What JSON may have in place of any character."""


class StoppedError(Exception):
    """The caller wants no more."""


class Matcher:
    """Decides whether stored texts match a query.

    Args:
        query: The query.
        is_stopped: Whether the caller has had enough.
    """

    def __init__(self, query: Query, is_stopped: Callable[[], bool]) -> None:
        self.query = query
        """What it matches with."""
        self._is_stopped = is_stopped
        self._is_plain = all(word.isascii() for word in query.words)
        self._is_escaped = any(sign in word for word in query.words for sign in JSON_ESCAPED)
        self._is_of_words = all(part.isalnum() for word in query.words for part in word.split(" "))
        self._is_told_by_like = not query.without and not any(" " in word for word in query.words)
        self._since = instant(query.since) if query.since else None
        self._until = instant(query.until) if query.until else None
        self.has_time_limits = self._since is not None or self._until is not None
        """Only messages of a stretch of time count."""
        self.has_tool_limits = query.tool is not None or not query.has_tools
        """Only calls of some tools count, or none."""
        self.is_told_by_heads = not (query.words or query.without or self.has_tool_limits)
        """Roles and times alone decide, whatever a message says."""
        self.is_told_by_words = (
            self._is_plain and self._is_told_by_like and not self.has_time_limits and query.tool is None
        )
        """Every message matches in what is searched of which SQL finds every word by ``LIKE`` alone."""
        self.is_told_by_calls = self.is_told_by_words and self._is_of_words and not self.has_tool_limits
        """So do tool calls that show every word plainly."""

    def go_on(self) -> None:
        """Do nothing, unless the caller has had enough.

        Raises:
            StoppedError: the caller has had enough.
        """
        if self._is_stopped():
            raise StoppedError

    def is_in_time(self, created: int) -> bool:
        """Tell whether a message of that instant counts; one whose time cannot be read lies in no stretch of time."""
        if not self.has_time_limits:
            return True
        return (
            created != UNREADABLE
            and (self._since is None or created >= self._since)
            and (self._until is None or created < self._until)
        )

    def is_hit(self, role: object, content: object, *, is_plain_hit: bool) -> bool:
        """Tell whether a stored message matches, of tool calls quicker than ``text`` does."""
        if is_plain_hit and role == TOOL_CALLS and self.is_told_by_calls and type(content) is str:
            self.go_on()
            if plainly_show(content, self.query.words):
                return True
        return self.text(role, content, is_plain_hit=is_plain_hit) is not None

    def text(self, role: object, content: object, *, is_plain_hit: bool) -> str | None:
        """Return what is searched of a stored message if it matches.

        Args:
            role: The message's role.
            content: The value.
            is_plain_hit: Whether SQL found every word in it by ``LIKE`` alone.

        Raises:
            StoppedError: the caller has had enough.
        """
        self.go_on()
        text = content if type(content) is str else text_of(content, set())
        if self.has_tool_limits and not self._is_of_tool(role, text):
            return None
        if self._is_plain and type(content) is str and "\0" not in text:
            if is_plain_hit:
                is_told = self._is_told_by_like and role != TOOL_CALLS
                if is_told and text.isascii() and not may_hold_picture(text):
                    return text
            elif not self._may_be_escaped(role, text) and not hides(text, of_words=self._is_of_words):
                return None
        text = searched_text(role, text)
        return text if self.accepts(self._folded(text)) else None

    def may_be_hidden_in(self, record: str) -> bool:
        """Tell whether a record of JSON, in which ``LIKE`` does not find every word, may have them nevertheless."""
        if not self._is_plain or "\0" in record or UNICODE_ESCAPE in record:
            return True
        return hides(record, of_words=self._is_of_words)

    def _may_be_escaped(self, role: object, text: str) -> bool:
        """Tell whether a word may stand in JSON in another form than its own."""
        return role == TOOL_CALLS and (self._is_escaped or UNICODE_ESCAPE in text)

    def _is_of_tool(self, role: object, text: str) -> bool:
        """Tell whether a message is a call of the tool that is looked for, or may be one at all."""
        tool = self.query.tool
        if role != TOOL_CALLS:
            return tool is None
        return self.query.has_tools and (tool is None or any(occurs(tool, folded(name)) for name in tool_names(text)))

    def accepts(self, seen: str) -> bool:
        """Tell whether a folded text matches."""
        if not self._is_told_by_like:
            return self.query.accepts(seen)
        # A plain loop, since a search asks this of every row.
        for word in self.query.words:  # noqa: SIM110 - see above
            if word not in seen:
                return False
        return True

    def excerpt(self, text: str) -> str:
        """Return the piece of a text around its first match."""
        return around(text, self.query)

    def _folded(self, text: str) -> str:
        if len(text) <= 8 * PIECE:
            return folded(text)
        parts = []
        for piece in pieces(text):
            self.go_on()
            parts.append(folded(piece))
        return "".join(parts)
