"""Where the reader left conversations, to come back to."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from tui.model.history_place import ConversationPlace
from tui.model.viewport import Bookmark, Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui.browser.transcript_loader import TranscriptLoader
    from tui.widgets.transcript import Transcript

REMEMBERED = 200
"""Conversations of which it is remembered where they were left."""


class PlacesLeft:
    """The places of the conversations that were left last.

    Args:
        transcript: Shows the open conversation.
        loader: Tells where its messages lie.
    """

    def __init__(self, transcript: Transcript, loader: TranscriptLoader) -> None:
        self._transcript = transcript
        self._loader = loader
        self._left: OrderedDict[str, ConversationPlace] = OrderedDict()

    @property
    def known(self) -> Mapping[str, ConversationPlace]:
        """Return the places by the ids of their conversations, the one left last at the end."""
        return dict(self._left)

    def take_over(self, known: Mapping[str, ConversationPlace]) -> None:
        """Take over places that were known before."""
        self._left.update(known)

    def remember(self) -> None:
        """Keep where the reader is in the open conversation; at its end there is nothing to keep."""
        transcript = self._transcript
        shown, top, current = transcript.conversation, transcript.anchor_message, transcript.current_message
        if shown is None:
            return
        self._left.pop(shown.id, None)
        if not transcript.viewport.follows and top is not None and current is not None:
            self._left[shown.id] = ConversationPlace(top.cursor, transcript.viewport.anchor.row, current.cursor)
            if len(self._left) > REMEMBERED:
                self._left.popitem(last=False)

    async def resume(self, conversation_id: str) -> None:
        """Go to where the reader left the open conversation, unless they moved on meanwhile."""
        left, transcript = self._left.get(conversation_id), self._transcript
        if left is None:
            return
        top, current = await self._loader.seek(left.top), await self._loader.seek(left.current)
        if top is not None and current is not None and transcript.viewport.follows:
            transcript.restore(Bookmark(Place(top, left.row), current, follows=False, revision=transcript.revision))
